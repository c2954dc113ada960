/** The files generated from the schemas and the table of options, by path in the deployment. */
import { manPage } from './man-page.ts'
import { confMeanings } from '../config/conf-meanings.ts'
import { configPage } from './config-page.ts'
import { cfgJsonSchema, confJsonSchema, indexJsonSchema } from './json-schemas.ts'

/** @param defaultConf the text of conf/default.json */
export function generatedFiles(defaultConf: string): Readonly<Record<string, string>> {
  const meanings = confMeanings(defaultConf)
  const json = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`
  return {
    'conf/cfg.schema.json': json(cfgJsonSchema()),
    'conf/index.schema.json': json(indexJsonSchema()),
    'conf/conf.schema.json': json(confJsonSchema(meanings)),
    'docs/config.md': configPage(meanings),
    'docs/owt-main.1': manPage(),
  }
}
