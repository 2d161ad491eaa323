/** Counts by label values until the counts are drained. */
export interface Tally<Label extends string> {
  /** Adds one for these values, in the order of the labels. */
  readonly count: (...values: readonly string[]) => void;
  /** Reports all counts since the last time, and starts again at zero. */
  readonly drain: (report: (labels: Partial<Record<Label, string>>, count: number) => void) => void;
  readonly remove: (labels: Readonly<Record<Label, string>>) => void;
}

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

export function createTally<Label extends string>(labelNames: readonly Label[]): Tally<Label> {
  let root = new TreeNode();
  return {
    count(...values) {
      let node = root;
      for (const value of values) node = node.child(value);
      node.count += 1;
    },
    drain(report) {
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
    remove(labels) {
      const path: { readonly parent: TreeNode; readonly value: string }[] = [];
      let node: TreeNode | undefined = root;
      for (const name of labelNames) {
        const value = labels[name];
        path.push({ parent: node, value });
        node = node.children.get(value);
        if (node === undefined) return;
      }
      for (const { parent, value } of path.toReversed()) {
        // A node with children belongs to other counts too.
        if (parent.children.get(value)?.children.size === 0) parent.children.delete(value);
      }
    },
  };
}
