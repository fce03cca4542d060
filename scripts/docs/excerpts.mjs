// Excerpts of the source in documents: fences whose info string names their place, as `ts src/autograd/backward.ts#backward`
// (the declaration of that name, a member as `Class.method`, without its doc comment) or
// `ts src/autograd/rules.ts "first words" "last words"` (from the first line that contains the one through the next that
// contains the other; one string alone: that line). `npm run excerpts` writes them, `npm run docs:check` holds them current.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { visit } from 'unist-util-visit';
import { declarationIn } from './declarations.mjs';
import { parse, read } from './documents.mjs';

const COMMAND = 'npm run excerpts';
const FORMS = 'FILE#name, FILE#Class.method, FILE "first words" "last words"';

/** Whether a fence takes its text from a file: the first word after the language is a path. */
export function isExcerpt(node) {
  return node.type === 'code' && /^\S*[./]/.test(node.meta ?? '');
}

/** Fences of a document that are not as their places are, in one line each. */
export function excerptProblems(root, document, tree) {
  return excerptsOf(root, tree).flatMap(({ node, place, text, problem }) => {
    const at = `${document}:${node.position.start.line}`;
    if (problem !== undefined) return [`${at}: ${problem}`];
    return text === node.value
      ? []
      : [`${at}: the excerpt is not as ${place} is; \`${COMMAND}\` writes it anew`];
  });
}

/** The document with the text of every excerpt from its place; those that have none stay as they are. */
export function withExcerpts(root, markdown) {
  const lines = markdown.split('\n');
  // From the last on, so that the lines of the others stay where they are.
  for (const { node, text } of excerptsOf(root, parse(markdown)).reverse()) {
    if (text === undefined || text === node.value) continue;
    const { start, end } = node.position;
    const opening = lines[start.line - 1];
    // A fence in a list or a quotation is indented as its text is.
    const indent = opening.slice(0, start.column - 1).replace(/[^>\s]/g, ' ');
    const [, before, fence, info] = opening.match(/^(.*?)(```+|~~~+)(.*)$/);
    const longer = fenceAround(text, fence);
    const body = text.split('\n').map((line) => (line === '' ? indent.trimEnd() : indent + line));
    lines.splice(start.line - 1, 1 + end.line - start.line, before + longer + info, ...body, indent + longer);
  }
  return lines.join('\n');
}

/** The fence, longer than any that the text has. */
function fenceAround(text, fence) {
  const runs = text.match(fence[0] === '`' ? /`{3,}/g : /~{3,}/g) ?? [];
  return fence[0].repeat(Math.max(fence.length, ...runs.map((run) => run.length + 1)));
}

function excerptsOf(root, tree) {
  const found = [];
  visit(tree, isExcerpt, (node) => {
    found.push({ node, place: node.meta, ...excerptAt(root, node.meta) });
  });
  return found;
}

/** `{ text }` of a place, or `{ problem }`. */
function excerptAt(root, place) {
  const [, file, name, words = ''] = place.match(/^([^\s#]+)(?:#(\S+))?((?:\s+"[^"]+"){0,2})\s*$/) ?? [];
  const quoted = [...words.matchAll(/"([^"]+)"/g)].map(([, text]) => text);
  if (file === undefined || (name === undefined) === (quoted.length === 0))
    return { problem: `\`${place}\` names no place in a file (${FORMS}); \`${COMMAND}\` fills what does` };
  const path = join(root, file);
  if (!existsSync(path) || !statSync(path).isFile())
    return { problem: missing(place, `there is no file ${file}`) };
  const text = read(root, file);
  const found = name === undefined ? linesIn(text, ...quoted) : declarationIn(file, text, name);
  if (found.problem !== undefined) return { problem: missing(place, `${file} ${found.problem}`) };
  return { text: outdented(found.text) };
}

function missing(place, why) {
  return `no excerpt for ${place}: ${why}; mend the place, then \`${COMMAND}\``;
}

function linesIn(text, first, last) {
  const lines = text.split('\n');
  const from = lines.findIndex((line) => line.includes(first));
  if (from < 0) return { problem: `has no line with "${first}"` };
  if (last === undefined) return { text: lines[from] };
  const to = lines.findIndex((line, i) => i > from && line.includes(last));
  if (to < 0) return { problem: `has no line with "${last}" after the one with "${first}"` };
  return { text: lines.slice(from, to + 1).join('\n') };
}

/** Without the indentation that all lines have. */
function outdented(text) {
  const lines = text.split('\n');
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.match(/^ */)[0].length);
  const common = Math.min(...indents);
  return lines.map((line) => line.slice(common)).join('\n');
}
