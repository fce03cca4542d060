// Finds declarations in TypeScript by their names.
import ts from 'typescript';

/**
 * The text of what is declared as `name` in a file, with the indentation of its first line and without its doc comment:
 * `{ text }`, or `{ problem }`. Dots lead inwards: to a member of a class or an interface, an entry of an object, a
 * function in a function. Overloads belong together; of other things with one name none is meant.
 */
export function declarationIn(file, text, name) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  let found = [source];
  for (const part of name.split('.')) {
    found = found.flatMap(membersOf).filter((node) => nameOf(node) === part);
  }
  if (found.length === 0) return { problem: `declares no ${name}` };
  if (found.length > 1 && !areOverloads(found)) {
    const lines = found.map((node) => source.getLineAndCharacterOfPosition(node.getStart()).line + 1);
    return { problem: `declares ${name} more than once, in lines ${lines.join(' and ')}` };
  }
  return { text: found.map((node) => textOf(source, text, statementOf(node))).join('\n') };
}

/** What is declared directly inside. */
function membersOf(node) {
  if (ts.isSourceFile(node) || ts.isBlock(node)) return node.statements.flatMap(declaredBy);
  if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isEnumDeclaration(node))
    return node.members;
  if (ts.isTypeAliasDeclaration(node) && ts.isTypeLiteralNode(node.type)) return node.type.members;
  if (ts.isFunctionLike(node)) return node.body === undefined ? [] : membersOf(node.body);
  if (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node)) return insideOf(node.initializer);
  return [];
}

function declaredBy(statement) {
  return ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement];
}

/** What an expression declares: an object its entries, a function what is in it. */
function insideOf(expression) {
  if (expression === undefined) return [];
  if (ts.isObjectLiteralExpression(expression)) return expression.properties;
  if (ts.isAsExpression(expression) || ts.isSatisfiesExpression(expression))
    return insideOf(expression.expression);
  return membersOf(expression);
}

function nameOf(node) {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const { name } = node;
  return name !== undefined && 'text' in name ? name.text : undefined;
}

function areOverloads(nodes) {
  return nodes.every(
    (node) => ts.isFunctionLike(node) && node.parent === nodes[0].parent && !ts.isAccessor(node),
  );
}

/** A variable is shown with its `const`. */
function statementOf(node) {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node;
}

function textOf(source, text, node) {
  const start = node.getStart(source);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const before = text.slice(lineStart, start);
  return (before.trim() === '' ? before : '') + text.slice(start, node.end);
}
