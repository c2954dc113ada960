/** docs/config.md: every field of cfg.json, of the index and of conf/, in tables. */
import type { z } from 'zod'
import { allowedText } from '../messages/en/values.ts'
import { confSchema, defaultConf, variableOf } from '../config/conf.ts'
import { groupBy } from '../model/collect.ts'
import { valueAt } from '../config/check.ts'
import { type Field, fieldsOf, labelOf } from '../config/fields.ts'
import { pathText } from '../config/findings.ts'
import type { Meaning } from '../config/schema/meaning.ts'
import { cfgSchema, indexSchema } from '../config/schema.ts'

/** Returns the page. */
export function configPage(): string {
  return [
    '# Every field',
    '',
    'Made from the schemas by `npm run generate`; changes belong there. Types are what the worker accepts; what people write beside them, such as a number in quotes, is read as meant with a warning where it can mean one thing only. Unknown names give a warning in cfg.json and in the index, an error in conf/. `owt-main validate` checks a cfg.json and its index; editors do so by `$schema`, with `conf/cfg.schema.json`, `conf/index.schema.json` and `conf/conf.schema.json`.',
    '',
    '## cfg.json',
    '',
    'The last column is what the vendor\'s document says where it differs, or where it leaves open what is settled here. "required" there means that the document requires the field and this worker does not.',
    '',
    ...wireTables(cfgSchema),
    '## The index',
    '',
    ...wireTables(indexSchema),
    '## conf/',
    '',
    'Settings may be given as variables too; they win over files. Arrays are JSON there.',
    '',
    ...confTables(),
  ].join('\n')
}

function wireTables(schema: z.ZodType): string[] {
  return tables({
    fields: fieldsOf(schema, ({ meaning }) => meaning?.sameAs !== undefined),
    head: ['field', 'type', 'default', 'meaning', "the vendor's document"],
    cells: ({ isRequired, meaning = {} }) => [
      isRequired ? '**required**' : defaultText(meaning),
      (meaning.description ?? '') + sameText(meaning),
      meaning.vendor ?? '',
    ],
  })
}

function confTables(): string[] {
  const conf = defaultConf()
  // A list is one setting, whatever its items are.
  const fields = fieldsOf(confSchema, ({ allowed }) => allowed.kind === 'array')
  const sections = new Map(fields.map(({ label, meaning }) => [label, meaning?.description]))
  return tables({
    fields: fields.filter(({ allowed, label }) => !isObject(allowed) && label !== '$schema'),
    head: ['setting', 'type', 'default', 'meaning', 'variable'],
    cells: ({ path, meaning }) => [
      codeOf(valueAt(conf, path)),
      meaning?.description ?? sections.get(labelOf(path.slice(0, -1))) ?? '',
      `\`${variableOf(path)}\``,
    ],
  })
}

const isObject = ({ kind }: Field['allowed']): boolean => kind === 'object'

/** One table per object, under its path. @param input.cells the columns after the type */
function tables(input: {
  fields: readonly Field[]
  head: readonly string[]
  cells: (field: Field) => readonly string[]
}): string[] {
  const groups = groupBy(input.fields, ({ path }) => pathText(path.slice(0, -1)).replaceAll('[0]', '[]'))
  return [...groups].flatMap(([parent, fields]) => [
    ...(parent === '' ? [] : [`### ${parent}`, '']),
    row(input.head),
    row(input.head.map(() => '---')),
    ...fields.map((field) =>
      row([`\`${String(field.path.at(-1))}\``, allowedText(field.allowed), ...input.cells(field)]),
    ),
    '',
  ])
}

const row = (cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`

const codeOf = (value: unknown): string => (value === '' ? '`""`' : `\`${JSON.stringify(value)}\``)

const defaultText = ({ default: value, defaultText: text = '' }: Meaning): string =>
  value === undefined ? text : codeOf(value)

const sameText = ({ sameAs }: Meaning): string =>
  sameAs === undefined ? '' : ` Its fields are those of \`${sameAs}\`.`
