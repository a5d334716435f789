import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FOLDER = fileURLToPath(new URL('./examples/', import.meta.url));
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts'],
  module: ts.ModuleKind.NodeNext,
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
};

/** An example of the documentation, as a module that is run by importing it. */
export interface Example {
  readonly packageName: string;
  /** The function or class that it belongs to. */
  readonly name: string;
  readonly file: string;
  /** What the compiler says against it. */
  readonly problems: readonly string[];
}

export interface Examples {
  readonly examples: readonly Example[];
  /** Exported functions of the packages without an example, as `PACKAGE NAME`. */
  readonly without: readonly string[];
}

/**
 * Finds the fenced `@example` blocks of packages' public faces (those of a class's methods too) and compiles them. The names of the face are there without an import. A
 * statement followed by `// => VALUE` on its last line must have that value, compared as by `toEqual`.
 *
 * @param packages folders of the packages, built, by name
 */
export function compileExamples(packages: Readonly<Record<string, string>>): Examples {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  const faces = Object.entries(packages).map(([name, folder]) => ({
    name,
    index: path.join(ROOT, folder, 'dist/index.d.ts'),
  }));
  const host = sharingHost();
  const program = ts.createProgram(
    faces.map(({ index }) => index),
    OPTIONS,
    host,
  );
  const checker = program.getTypeChecker();
  const written: Omit<Example, 'problems'>[] = [];
  const without: string[] = [];
  for (const { name: packageName, index } of faces) {
    const face = checker.getSymbolAtLocation(program.getSourceFile(index) as ts.SourceFile);
    if (!face) throw new Error(`${packageName} has no public face: is it built?`);
    const exported = checker
      .getExportsOfModule(face)
      .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
    const values = exported.filter(({ flags }) => flags & ts.SymbolFlags.Value).map(({ name }) => name);
    for (const symbol of exported) {
      const blocks = [symbol, ...(symbol.members?.values() ?? [])].flatMap((each) => blocksOf(each, checker));
      if (blocks.length === 0 && symbol.flags & ts.SymbolFlags.Function) without.push(`${packageName} ${symbol.name}`);
      for (const [at, code] of blocks.entries()) {
        const file = path.join(FOLDER, `${packageName.replace(/\W+/g, '-')}.${symbol.name}.${at + 1}.ts`);
        writeFileSync(file, moduleOf(packageName, values, code));
        written.push({ packageName, name: symbol.name, file });
      }
    }
  }
  return { examples: compile(written, host), without };
}

function blocksOf(symbol: ts.Symbol, checker: ts.TypeChecker): string[] {
  return symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'example')
    .map(({ text }) => /```ts\n([\s\S]*?)```/.exec(ts.displayPartsToString(text))?.[1])
    .filter((code) => code !== undefined);
}

function moduleOf(packageName: string, values: readonly string[], code: string): string {
  const used = values.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
  return [
    `import { expect } from '@jest/globals';`,
    `import { ${used.join(', ')} } from '${packageName}';`,
    withExpectations(code),
  ].join('\n');
}

function withExpectations(code: string): string {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2023);
  return source.statements.reduceRight((text, statement) => {
    const [comment, value] = /^[ \t]*\/\/ => (.*)/.exec(code.slice(statement.end)) ?? [];
    if (comment === undefined || !ts.isExpressionStatement(statement)) return text;
    const before = text.slice(0, statement.getStart(source));
    const after = text.slice(statement.end + comment.length);
    return `${before}expect(${statement.expression.getText(source)}).toEqual(${value});${after}`;
  }, code);
}

/** Reads a file once, for the faces and for the examples. */
function sharingHost(): ts.CompilerHost {
  const host = ts.createCompilerHost(OPTIONS);
  const known = new Map<string, ts.SourceFile | undefined>();
  return {
    ...host,
    getSourceFile(file, ...rest) {
      if (!known.has(file)) known.set(file, host.getSourceFile(file, ...rest));
      return known.get(file);
    },
  };
}

function compile(written: readonly Omit<Example, 'problems'>[], host: ts.CompilerHost): Example[] {
  const program = ts.createProgram(
    written.map(({ file }) => file),
    OPTIONS,
    host,
  );
  program.emit();
  return written.map((example) => {
    const source = program.getSourceFile(example.file);
    const problems = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return {
      ...example,
      file: example.file.replace(/\.ts$/, '.js'),
      problems: problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    };
  });
}
