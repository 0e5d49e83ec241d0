// The API report: the public declarations of each entry, as built, without comments and in alphabetical order, so that a
// change of the public surface is a visible decision. `npm run api` writes it, `npm run api -- --check` compares.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import ts from 'typescript'

const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const REPORTS = new URL('../spec/api/', import.meta.url)

/** The entries of the package that have declarations, by the name that a user imports. */
const entries = Object.entries(exports)
  .filter(([, target]) => target.import?.types)
  .map(([subpath, target]) => ({
    name: `viptel-pbx${subpath.slice(1)}`,
    declarations: new URL(target.import.types, new URL('../', import.meta.url)),
  }))

const printer = ts.createPrinter({ removeComments: true })

/** Every statement of a declaration file, printed without comments. */
function statementsOf(path) {
  const file = ts.createSourceFile('entry.d.ts', readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  return file.statements.map(statement => ({
    name: nameOf(statement),
    text: printer.printNode(ts.EmitHint.Unspecified, statement, file),
  }))
}

/** Imports come first and the list of exports last; between them each declaration stands by its name. */
function nameOf(statement) {
  if (ts.isImportDeclaration(statement)) return `\u0000${statement.moduleSpecifier.getText()}`
  if (ts.isExportDeclaration(statement)) return '\uffff'
  const [variable] = statement.declarationList?.declarations ?? []
  return (statement.name ?? variable?.name)?.getText() ?? ''
}

function reportOf({ name, declarations }) {
  const statements = statementsOf(declarations)
  // Overloads keep their order: the sort is stable.
  statements.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
  const intro = `The public declarations of \`${name}\`, written by \`npm run api\`. A change here is a change for users.`
  return `# ${name}\n\n${intro}\n\n\`\`\`ts\n${statements.map(({ text }) => text).join('\n\n')}\n\`\`\`\n`
}

const isCheck = process.argv.includes('--check')
let isSame = true
mkdirSync(REPORTS, { recursive: true })
for (const entry of entries) {
  const path = new URL(`${entry.name.replaceAll('/', '-')}.api.md`, REPORTS)
  const report = reportOf(entry)
  if (!isCheck) {
    writeFileSync(path, report)
    continue
  }
  const kept = read(path)
  if (kept === report) continue
  isSame = false
  console.error(`The public surface of ${entry.name} is not what spec/api says:`)
  for (const line of changedLines(kept, report)) console.error(line)
}
if (!isSame) {
  console.error('Run `npm run build && npm run api`, look at the change, and commit it if it is meant.')
  process.exitCode = 1
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** The lines that only one of two reports has, marked as in a diff. */
function changedLines(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')]
  return [
    ...old.filter(line => !now.includes(line)).map(line => `- ${line}`),
    ...now.filter(line => !old.includes(line)).map(line => `+ ${line}`),
  ]
}
