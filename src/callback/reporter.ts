/** Progress for receivers: what whoever watches is shown is told them too. */
import type { Reporter } from '../progress/reporter.ts'
import type { Notifier } from './notifier.ts'

/** A reporter that also tells how much is mixed and how much uploaded. */
export function tellingReporter(reporter: Reporter, tell: Notifier['tell']): Reporter {
  return {
    ...reporter,
    update(phase, done, total, details) {
      reporter.update(phase, done, total, details)
      if (total <= 0 || (phase !== 'encode' && phase !== 'upload')) return
      const share = Math.min(1, Math.max(0, done / total))
      tell({ kind: 'progress', phase: phase === 'encode' ? 'mix' : 'upload', share })
    },
  }
}
