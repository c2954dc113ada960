import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { noteUndecoded, warnUndecoded } from '../../../src/job/undecoded.ts'
import { openArtifactCache } from '../../../src/records/artifact-cache.ts'
import { runToEnd } from '../../../src/model/stepwise.ts'
import { pathOf } from '../../../src/plan/locate.ts'
import { planRender } from '../../../src/plan/render.ts'
import {
  makeJob,
  makeRecording,
  makeSettings,
  makeTimeline,
  makeWatermarkFiles,
} from '../../harness/builders.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owt-undecoded-'))
})
afterEach(() => rm(folder, { recursive: true }))

const recordings = ['a', 'b'].map((name) => ({
  ...makeRecording({ streamId: `${name}_1` }),
  version: `of ${name}`,
}))
const job = makeJob()
const timeline = makeTimeline(recordings, { job })
const plan = runToEnd(
  planRender({ job, timeline, settings: makeSettings(), watermarks: makeWatermarkFiles() }),
)
const [video] = plan.video
if (!video || !plan.audio) throw new Error('the room has both')
const { audio } = plan

it('warns of each track of a recording, by what is kept beside the outputs', async () => {
  const at = { work: folder, font: '/font.otf', files: new Map() }
  const open = () => openArtifactCache({ makers: {}, pathOf: (output) => pathOf(output, at) })
  const made = open()
  for (const [command, versions] of [
    [video, ['of b']],
    [audio, ['of a', 'of b']],
  ] as const) {
    await made.run(command, async ({ output }, _, key) => {
      await writeFile(pathOf(output, at), 'made')
      await noteUndecoded(pathOf(command.output, at), { key, versions })
    })
  }
  const warnings = [
    { code: 'undecodedInPart', params: { streamId: 'b_1', medium: 'video' }, where: 'b_1.webm' },
    { code: 'undecodedInPart', params: { streamId: 'a_1', medium: 'audio' }, where: 'a_1.webm' },
    { code: 'undecodedInPart', params: { streamId: 'b_1', medium: 'audio' }, where: 'b_1.webm' },
  ]
  expect(await warnUndecoded(plan, recordings, { at, steps: made })).toEqual(warnings)

  // A later run finds the outputs made.
  const resumed = open()
  for (const command of [video, audio]) {
    expect(await resumed.run(command, () => Promise.reject(new Error('made already')))).toBe(false)
  }
  expect(await warnUndecoded(plan, recordings, { at, steps: resumed })).toEqual(warnings)

  // What is made anew, and decodes, is not warned of; nor is what stands beside an output of another key.
  const anew = openArtifactCache({ makers: { worker: '2' }, pathOf: (output) => pathOf(output, at) })
  await anew.run(video, async ({ output }, _, key) => {
    await writeFile(pathOf(output, at), 'made')
    await noteUndecoded(pathOf(video.output, at), { key, versions: [] })
  })
  await anew.run(audio, ({ output }) => writeFile(pathOf(output, at), 'made elsewhere'))
  expect(await warnUndecoded(plan, recordings, { at, steps: anew })).toEqual([])
})
