/** Another language than the tests' own, for as long as something is said. */
import { inLanguage } from '../../src/messages/index.ts'

/** What `tell` says when Chinese is spoken. */
export function inChinese<T>(tell: () => T): T {
  return inLanguage('zh', tell)
}
