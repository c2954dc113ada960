/** Progress of a job. */
import type { Phase } from '../../model/status.ts'

const PHASES: Record<Phase, string> = {
  fetch: 'fetching',
  probe: 'probing',
  encode: 'encoding',
  check: 'checking',
  beside: 'sidecar files',
  upload: 'uploading',
  report: 'report',
  callback: 'callbacks',
}

export const progress = {
  phaseName: (p: { phase: Phase }) => PHASES[p.phase],
  phaseParts: (p: { parts: readonly string[] }) => p.parts.join(', '),
  phaseStarts: (p: { name: string }) => `${p.name}: started`,
  phaseGoesOn: (p: { name: string; how: string }) =>
    p.how === '' ? `${p.name}: continues` : `${p.name}: ${p.how}`,
  phaseEnds: (p: { name: string; length: string }) => `${p.name}: done in ${p.length}`,
  speedRealTime: (p: { times: string }) => `${p.times} times real time`,
  speedShort: (p: { times: string }) => `${p.times}x`,
  timeLeft: (p: { length: string }) => `${p.length} left`,
  timeSoFar: (p: { length: string }) => `${p.length} so far`,

  doingFiles: (p: { name: string; others: number }) =>
    p.others > 0 ? `${p.name} and ${p.others} more` : p.name,
  doingRender: (p: { chunks: readonly number[]; of: number; sound: boolean }) =>
    [
      ...(p.chunks.length > 0
        ? [`${p.chunks.length === 1 ? 'chunk' : 'chunks'} ${p.chunks.join(', ')} of ${p.of}`]
        : []),
      ...(p.sound ? ['sound'] : []),
    ].join(', '),
  doingJoin: (_: object) => 'joining picture and sound',
  doingCheck: (_: object) => 'comparing the finished file with the plan',
  doingSearch: (_: object) => 'looking for a recording that does not decode',
  doingUpload: (p: { place: string }) => `to ${p.place}`,
  doingCallbacks: (p: { count: number }) => `${p.count} still to be delivered`,
}
