import { type Alias, type Document, isAlias, isCollection, isPair, type Node, visit } from "yaml";

/**
 * The alias at which the library stops to expand, which its error does not name: it counts each anchor's uses, times the
 * uses inside of what is repeated [yaml 2.9, nodes/Alias.js].
 */
export function excessiveAlias(document: Document, maxAliasCount: number): Alias | undefined {
  const anchors = new Map<Node, { count: number; aliasCount: number }>();
  for (const { alias, source } of aliasesOf(document)) {
    const data = anchors.get(source) ?? { count: 1, aliasCount: 0 };
    anchors.set(source, data);
    data.count++;
    if (data.aliasCount === 0) data.aliasCount = usesInside(source);
    if (data.count * data.aliasCount > maxAliasCount) return alias;
  }
  return undefined;

  function usesInside(node: unknown): number {
    if (isAlias(node)) {
      const data = anchors.get(node.resolve(document) as Node);
      return data ? data.count * data.aliasCount : 0;
    }
    if (isPair(node)) return Math.max(usesInside(node.key), usesInside(node.value));
    if (isCollection(node)) return node.items.reduce((most: number, item) => Math.max(most, usesInside(item)), 0);
    return 1;
  }
}

/** The alias that nests values most: one inside of what it repeats, else the last one. */
export function nestingAlias(document: Document): Alias | undefined {
  const aliases = aliasesOf(document);
  const inside = aliases.find(({ alias, source }) => {
    const [at = 0] = alias.range ?? [];
    const [start = 0, , end = 0] = source.range ?? [];
    return start <= at && at < end;
  });
  return (inside ?? aliases.at(-1))?.alias;
}

/** In the order in which they are expanded. */
function aliasesOf(document: Document): { alias: Alias; source: Node }[] {
  const found: { alias: Alias; source: Node }[] = [];
  visit(document, {
    Alias(_, alias) {
      const source = alias.resolve(document);
      if (source) found.push({ alias, source });
    },
  });
  return found;
}
