/** A tree with a level for each label: several times as fast as a map with one joined key. */
class TreeNode {
  count = 0;
  readonly children = new Map<string, TreeNode>();

  child(value: string): TreeNode {
    let node = this.children.get(value);
    if (node === undefined) {
      node = new TreeNode();
      this.children.set(value, node);
    }
    return node;
  }
}

type Report<Label extends string> = (labels: Partial<Record<Label, string>>, count: number) => void;

/** Counts by label values until the counts are drained. */
export function createTally<Label extends string>(labelNames: readonly Label[]) {
  let root = new TreeNode();
  return {
    /** Adds one for these values, in the order of the labels. */
    count: (...values: readonly string[]): void => {
      let node = root;
      for (const value of values) node = node.child(value);
      node.count += 1;
    },
    /** Reports all counts since the last time, and starts again at zero. */
    drain: (report: Report<Label>): void => {
      const visit = (
        node: TreeNode,
        [name, ...more]: readonly Label[],
        labels: Partial<Record<Label, string>>,
      ) => {
        if (node.count > 0) report(labels, node.count);
        if (name === undefined) return;
        for (const [value, child] of node.children) visit(child, more, { ...labels, [name]: value });
      };
      visit(root, labelNames, {});
      root = new TreeNode();
    },
  };
}
