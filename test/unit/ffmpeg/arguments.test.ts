import { expect, it } from 'vitest'
import { commandLine } from '../../../src/ffmpeg/arguments.ts'
import { type LocalCommand, shellLine } from '../../../src/model/command.ts'

const plain: LocalCommand = {
  name: 'video 1/1',
  inputs: [{ args: ['-noautorotate'], path: "/rec/it's.webm" }],
  args: ['-map', '[out]', '-f', 'mp4'],
  output: '/jobs/v.mp4',
  files: [],
  durationMs: 1000,
}
const command: LocalCommand = {
  ...plain,
  graph: { path: '/jobs/v.graph', text: '[0:V:0]null[out]' },
  fps: 10,
}
const old = { graphFile: '-filter_complex_script', ratePassesThrough: true } as const
const recent = { graphFile: '-/filter_complex', ratePassesThrough: false } as const

it('a command is the same on every release, its arguments are of the one at hand', () => {
  const lineOn = (syntax: typeof old | typeof recent) =>
    shellLine(command, commandLine({ path: '/bin/ffmpeg', syntax }, command))
  expect(lineOn(old)).toMatchInlineSnapshot(
    `"/bin/ffmpeg -noautorotate -i '/rec/it'\\''s.webm' -y -hide_banner -nostdin -nostats -loglevel level+error -progress pipe:2 -stats_period 0.5 -max_error_rate 1 -copyts -filter_complex_threads 1 -filter_complex_script /jobs/v.graph -fps_mode passthrough -r 10 -map '[out]' -f mp4 /jobs/v.mp4"`,
  )
  expect(lineOn(recent)).toMatchInlineSnapshot(
    `"/bin/ffmpeg -noautorotate -i '/rec/it'\\''s.webm' -y -hide_banner -nostdin -nostats -loglevel level+error -progress pipe:2 -stats_period 0.5 -max_error_rate 1 -copyts -filter_complex_threads 1 -/filter_complex /jobs/v.graph -fps_mode passthrough -bsf:v setts=pts=PTS:dts=DTS:duration=1 -map '[out]' -f mp4 /jobs/v.mp4"`,
  )
})

it('a command without a graph reads none, one without a rate has none', () => {
  const line = commandLine({ path: 'ffmpeg', syntax: old }, plain).join(' ')
  expect(line).not.toMatch(/filter_complex|copyts|-r |fps_mode/)
})
