/** What package.json promises to bundlers; `npm run package:check` tries it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const { sideEffects, exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  sideEffects: string[];
  exports: Record<string, { types: string; default: string }>;
};

const NO_EFFECT = new Set([
  ...[ts.SyntaxKind.ExportDeclaration, ts.SyntaxKind.FunctionDeclaration, ts.SyntaxKind.ClassDeclaration],
  ...[ts.SyntaxKind.VariableStatement, ts.SyntaxKind.InterfaceDeclaration, ts.SyntaxKind.ModuleDeclaration],
  ...[ts.SyntaxKind.TypeAliasDeclaration],
]);

/** Whether loading the file does more than to define what it exports: a statement, or an import of nothing by name. */
function hasEffect(file: string): boolean {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022);
  return source.statements.some((statement) =>
    ts.isImportDeclaration(statement) ? statement.importClause === undefined : !NO_EFFECT.has(statement.kind),
  );
}

describe('package.json', () => {
  it('lists exactly the files that do something when they are loaded', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    const portable = files
      .map((file) => file.replaceAll('\\', '/'))
      .filter((file) => !file.includes('/assembly/'));
    const wanted = portable.filter((file) => hasEffect(join('src', file)));
    expect(wanted.length).toBeGreaterThan(10);
    const built = wanted.map((file) => `./dist/${file.replace(/ts$/, 'js')}`);
    // The pages of bench, learn and test are bundled from the source.
    const sources = [...wanted.map((file) => `./src/${file}`), './bench/**', './learn/**', './test/**'];
    expect([...sideEffects].sort()).toEqual([...built, ...sources].sort());
  });

  it('leads every subpath to a module and its types', () => {
    const { './package.json': _, ...modules } = exports;
    expect(Object.keys(modules)).toEqual(['.', './tensor', './autograd', './nn', './ngpt', './training']);
    for (const { types, default: file } of Object.values(modules)) {
      expect(existsSync(file.replace('./dist', './src').replace(/js$/, 'ts')), file).toBe(true);
      expect(types).toBe(file.replace(/js$/, 'd.ts'));
    }
  });
});
