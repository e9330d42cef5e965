import { parseSync } from "vite";
import type { Source } from "./imports.ts";

/** A node of a syntax tree, as far as it is looked into here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

const childrenOf = (node: Node): readonly Node[] => Object.values(node).flat().filter(isNode);

const collect = (node: Node, into: Node[]): Node[] => {
  into.push(node);
  for (const child of childrenOf(node)) collect(child, into);
  return into;
};

const treeOf = ({ path, text }: Source): Node => {
  const { program, errors } = parseSync(path, text);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  return { ...program };
};

const known = new WeakMap<Source, readonly Node[]>();

const nodesOf = (source: Source): readonly Node[] => {
  const nodes = known.get(source) ?? collect(treeOf(source), []);
  known.set(source, nodes);
  return nodes;
};

/** How many lines a text has. */
export const linesOf = (text: string): number => text.split("\n").length - 1;

const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

/** Lines of the longest function of a source; 0 where there is none. What a function holds counts with it. */
export const longestFunction = (source: Source): number =>
  nodesOf(source)
    .filter(({ type, body }) => FUNCTIONS.has(type) && isNode(body))
    .reduce((longest, { start, end }) => Math.max(longest, linesOf(source.text.slice(start, end)) + 1), 0);

const isConst = ({ typeAnnotation: type }: Node): boolean =>
  isNode(type) && isNode(type["typeName"]) && type["typeName"]["name"] === "const";

/** How often a source says `as`, other than `as const`. */
export const castsIn = (source: Source): number =>
  nodesOf(source).filter((node) => node.type === "TSAsExpression" && !isConst(node)).length;

const isMethod = ({ type, typeAnnotation: note }: Node): boolean =>
  type === "TSMethodSignature" ||
  (type === "TSPropertySignature" &&
    isNode(note) &&
    isNode(note["typeAnnotation"]) &&
    note["typeAnnotation"].type === "TSFunctionType");

/** The most methods that one interface of a source has. */
export const mostMethods = (source: Source): number =>
  nodesOf(source)
    .filter(({ type }) => type === "TSInterfaceBody")
    .reduce((most, body) => Math.max(most, childrenOf(body).filter(isMethod).length), 0);
