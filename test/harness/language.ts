/** Another language than the tests' own, for as long as something is said. */
import { speak } from '../../src/messages/index.ts'

/** What `tell` says when Chinese is spoken. */
export function inChinese<T>(tell: () => T): T {
  speak('zh')
  try {
    return tell()
  } finally {
    speak('en')
  }
}
