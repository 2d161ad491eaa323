import { z } from 'zod';

/** The text of the changelog for a tag, without its heading. Throws where tag, package and changelog do not agree. */
export function changelogEntry(tag: string, packageJson: string, changelog: string): string {
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(packageJson));
  if (tag !== `v${version}`)
    throw new Error(
      `The tag is ${tag}, but package.json has the version ${version}: the tag must be v${version}.`,
    );
  const entry = changelog.split(/^## /m).find((section) => section.split(/[\s–]/)[0] === version);
  if (entry === undefined)
    throw new Error(`CHANGELOG.md has no entry for ${version}: rename «Unreleased» to «${version} – date».`);
  return `${entry.replace(/^.*\n+/, '').trimEnd()}\n`;
}
