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

  it('means the source by every subpath in the repository, so that there is one Tensor', async () => {
    const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
    const { './package.json': _, ...modules } = exports;
    const source = Object.entries(modules).map(([subpath, { default: file }]) => [
      join('spheregrad', subpath),
      [file.replace('./dist', './src').replace(/js$/, 'ts')],
    ]);
    expect(config.compilerOptions.paths).toEqual(Object.fromEntries(source));
    const [all, nn, layer] = [
      await import('spheregrad'),
      await import('spheregrad/nn'),
      await import('spheregrad/tensor'),
    ];
    await all.init('reference');
    expect(nn.mseLoss(layer.tensor([1]), all.tensor([3])).itemSync()).toBe(4);
  });
});

/** The doors of the subpaths, from the bottom up. */
const DOORS = ['tensor', 'autograd', 'nn', 'ngpt', 'training/node'];

/** What a door exports, and the types that the signatures of its own folder name. */
function doorsOf(paths: readonly string[]): { exported: Set<ts.Symbol>; named: Map<ts.Symbol, string> }[] {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, '.');
  const files = paths.map((path) => `src/${path}/index.ts`);
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const original = (symbol: ts.Symbol) =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return files.map((file) => {
    const door = checker.getSymbolAtLocation(program.getSourceFile(file)!)!;
    const exported = new Set(checker.getExportsOfModule(door).map(original));
    const named = new Map<ts.Symbol, string>();
    const own = [...exported].flatMap((symbol) => symbol.declarations ?? []);
    const layer = `/${file.split('/').slice(0, 2).join('/')}/`;
    const visit = (node: ts.Node, owner: string): void => {
      if (ts.isBlock(node) || isPrivate(node)) return;
      const inside = ts.isPropertyDeclaration(node) || ts.isParameter(node) || ts.isVariableDeclaration(node);
      // Of a default or a first value nobody needs the type.
      if (inside) {
        if (node.type !== undefined) visit(node.type, owner);
        return;
      }
      if (ts.isTypeReferenceNode(node)) {
        const symbol = checker.getSymbolAtLocation(node.typeName);
        if (symbol !== undefined) named.set(original(symbol), owner);
      }
      ts.forEachChild(node, (child) => visit(child, owner));
    };
    for (const declaration of own) {
      const isOwn = declaration.getSourceFile().fileName.includes(layer);
      if (isOwn && !ts.isSourceFile(declaration)) {
        visit(declaration, (declaration as ts.NamedDeclaration).name?.getText() ?? '');
      }
    }
    return { exported, named };
  });
}

function isPrivate(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword);
}

describe('a subpath', () => {
  it('exports the types that its signatures name, as far as any subpath has them', () => {
    const doors = doorsOf(DOORS);
    const anywhere = new Set(doors.flatMap(({ exported }) => [...exported]));
    const missing = doors.flatMap(({ exported, named }, i) =>
      [...named]
        .filter(([symbol]) => anywhere.has(symbol) && !exported.has(symbol))
        // What autograd adds to Tensor.
        .filter(([symbol]) => !(DOORS[i] === 'tensor' && symbol.name === 'BackwardOptions'))
        .map(([symbol, owner]) => `spheregrad/${DOORS[i]}: ${symbol.name}, of ${owner}`),
    );
    expect(missing).toEqual([]);
    expect(doors.map(({ named }) => named.size > 5)).toEqual(DOORS.map(() => true));
  });
});
