import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HEADERS } from '../../../src/callback/deliver.ts'
import { defaultConf } from '../../../src/config/conf.ts'
import { NAMES, contractPage, samplesOf } from './contract-page.ts'
import type { Dialect } from './story.ts'

const PAGE = new URL('../../../docs/callbacks.md', import.meta.url)
const MARK =
  '<!-- Made: TEST_BLESS=callbacks npm run test:unit -- test/unit/callback/contract.test.ts -->\n\n'

describe('docs/callbacks.md', () => {
  it('has the body of every event as it is sent', () => {
    const [byHand = '', made] = readFileSync(PAGE, 'utf8').split(MARK)
    if (process.env['TEST_BLESS'] === 'callbacks') writeFileSync(PAGE, byHand + MARK + contractPage())
    else expect(made).toBe(contractPage())
  })

  it.each(Object.entries(NAMES))('shows every event of %s', (dialect, names) => {
    expect([...samplesOf(dialect as Dialect).keys()].toSorted()).toEqual([...names].toSorted())
  })

  it('names the headers and the settings as they are', () => {
    const text = readFileSync(PAGE, 'utf8')
    for (const name of [...Object.values(HEADERS), ...Object.keys(defaultConf().callback)]) {
      expect(text).toContain(`\`${name}\``)
    }
  })
})
