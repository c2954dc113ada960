import { expect, it } from 'vitest'
import pLimit from 'p-limit'
import { type RenderTools, render } from '../../../src/job/render.ts'
import { runToEnd } from '../../../src/model/stepwise.ts'
import { planRender } from '../../../src/plan/render.ts'
import {
  makeJob,
  makeRecording,
  makeSettings,
  makeTimeline,
  makeWatermarkFiles,
} from '../../harness/builders.ts'

it('machines that share the tasks begin with the sound, which is one task however long the room is', async () => {
  const job = makeJob()
  const timeline = makeTimeline([makeRecording({ streamId: 'a_1', lengthMs: 60_000 })], { job })
  const watermarks = makeWatermarkFiles()
  const plan = runToEnd(planRender({ job, timeline, settings: makeSettings(), watermarks }))
  const begun: string[] = []
  const tools = {
    steps: {
      run: (command, carryOut) => carryOut(command, () => undefined, command.name).then(() => true),
      keyFor: ({ name }) => name,
      madeMs: () => undefined,
      isUnderWay: () => false,
      watch: () => () => undefined,
      keyOf: () => undefined,
    } satisfies RenderTools['steps'],
    executor: {
      execute({ command }) {
        begun.push(command.name)
        return Promise.reject(new Error('made elsewhere'))
      },
      close: () => Promise.resolve(),
    } satisfies RenderTools['executor'],
    at: { work: '/work' },
    inTurn: pLimit(1),
    signal: new AbortController().signal,
  } as unknown as RenderTools
  const progress = { update: () => undefined }
  await expect(render(plan, tools, progress as never)).rejects.toThrow('made elsewhere')
  expect(begun).toEqual(['audio', 'video 1/1'])
})
