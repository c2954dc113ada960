/** A job whose tasks are done one by one, each by a process with folders of its own, has the packets of one machine's. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Result } from '../../src/report/result.ts'
import { JOB_ID, cfgOf, inStorage, makeWorkplace, usePlace } from '../harness/run-worker.ts'
import {
  CHUNKED,
  furnishShort,
  packetsHash,
  s3CfgOf,
  shortIndex,
  shortRecordings,
} from '../harness/short-job.ts'
import { useS3 } from '../harness/use-s3.ts'

const BUCKET = 'recordings'
const place = usePlace()
const { server, front } = useS3([BUCKET], async (to) => {
  for (const [key, { path }] of await shortRecordings()) await to.put(BUCKET, key, await readFile(path))
  await to.put(BUCKET, `${JOB_ID}.json`, Buffer.from(JSON.stringify(shortIndex())))
})

interface Split extends Result {
  readonly plan: string
  readonly tasks: readonly string[]
}

async function split(cfg: string, env: Record<string, string>): Promise<Split> {
  const { code, stdout, stderr } = await place.run(['split', '--quiet', '--json', cfg], { env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as Split
}

/** Does each task in a place of its own. */
async function doTasks({ plan, tasks }: Split, env: Record<string, string>): Promise<void> {
  for (const [i] of tasks.entries()) {
    const machine = await makeWorkplace('owt-machine-')
    try {
      const done = await machine.run(['task', plan, String(i + 1)], { env })
      expect(done).toMatchObject({ code: 0 })
      expect(done.stdout).toContain(`task ${i + 1} of ${tasks.length}`)
      expect(await readdir(join(machine.workDir, '.tasks'))).toEqual([])
      expect(await machine.processes()).toEqual([])
    } finally {
      await machine.remove()
    }
  }
}

/** The commands that the last run had ffmpeg carry out. */
const madeHere = async () =>
  (await place.log()).filter(({ msg }) => msg === 'ffmpeg starts').map(({ command }) => String(command))

describe('a job in a folder that all machines share', () => {
  it('is split, done by tasks and collected', async () => {
    await furnishShort(place)
    const alone = await place.write('alone.json', cfgOf(inStorage({ FileNamePrefix: 'alone/' })))
    expect(await place.run(['--quiet', alone], { env: CHUNKED })).toMatchObject({ code: 0, stderr: '' })
    const undisturbed = await packetsHash(join(place.bucket, `alone/${JOB_ID}.mp4`), place)

    const cfg = await place.write('cfg.json', cfgOf(inStorage({ FileNamePrefix: 'out/' })))
    const made = await split(cfg, CHUNKED)
    expect(made.tasks).toEqual(['video 1/3', 'video 2/3', 'video 3/3', 'audio'])
    expect(made.plan.startsWith(join(place.bucket, `out/.owt/${JOB_ID}/plan-`))).toBe(true)
    await doTasks(made, CHUNKED)
    const again = await place.run(['task', made.plan, '2'], { env: CHUNKED })
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).toContain('was done before')

    expect(await place.run(['--quiet', '--collect', '--force', cfg], { env: CHUNKED })).toMatchObject({
      code: 0,
      stderr: '',
    })
    expect(await madeHere()).toEqual(['mux'])
    expect(await packetsHash(join(place.bucket, `out/${JOB_ID}.mp4`), place)).toBe(undisturbed)
    expect(await readdir(join(place.bucket, 'out'))).toEqual([`${JOB_ID}.mp4`])
    expect(await place.workLeft()).toEqual([])
  })

  it('makes here what no task has made', async () => {
    await furnishShort(place)
    const cfg = await place.write('cfg.json', cfgOf(inStorage({ FileNamePrefix: 'out/' })))
    const { plan } = await split(cfg, CHUNKED)
    expect(await place.run(['task', plan, '2'], { env: CHUNKED })).toMatchObject({ code: 0 })
    expect(await place.run(['--quiet', '--collect', cfg], { env: CHUNKED })).toMatchObject({ code: 0 })
    expect((await madeHere()).toSorted()).toEqual(['audio', 'mux', 'video 1/3', 'video 3/3'])
  })

  it('has tasks that say why they cannot be done', async () => {
    await furnishShort(place)
    const cfg = await place.write('cfg.json', cfgOf(inStorage({ FileNamePrefix: 'out/' })))
    const { plan } = await split(cfg, CHUNKED)
    const outside = await place.run(['task', plan, '9'], { env: CHUNKED })
    expect(outside).toMatchObject({ code: 1, stdout: '' })
    expect(outside.stderr).toContain('the plan has tasks 1 to 4')

    const text = await readFile(plan, 'utf8')
    const other = await place.write('other.json', text.replace(/"ffmpeg":"[^"]*"/, '"ffmpeg":"0.1"'))
    const refused = await place.run(['task', other, '1'], { env: CHUNKED })
    expect(refused).toMatchObject({ code: 75, stdout: '' })
    expect(refused.stderr).toContain('made for ffmpeg "0.1"')

    // A recording that was replaced in the meantime.
    const key = [...(await shortRecordings()).keys()][0] ?? ''
    await place.write(`bucket/${key}`, await readFile(join(place.bucket, key)))
    const changed = await place.run(['task', plan, '1'], { env: CHUNKED })
    expect(changed).toMatchObject({ code: 75, stdout: '' })
    expect(changed.stderr).toContain(key)

    expect(await place.run(['task', join(place.folder, 'no.json'), '1'])).toMatchObject({
      code: 1,
      stdout: '',
    })
    // Neither a command that writes elsewhere nor one that reads what is no recording is a task.
    for (const path of ['{work}/../../etc/x', '/etc/passwd']) {
      const bad = await place.write('bad.json', text.replaceAll('{work}/video-1.mp4', path))
      expect(await place.run(['task', bad, '1'])).toMatchObject({ code: 1, stdout: '' })
    }
  })
})

describe('a job in a remote bucket', () => {
  it('is split, done by tasks with credentials of their own, and collected; nothing is left behind', async () => {
    const { accessKeyId, secretAccessKey } = front.credentials
    const into = (prefix: string) => inStorage({ FileNamePrefix: `${prefix}/$Jobid.mp4` })
    const alone = await place.write('alone.json', s3CfgOf(front, BUCKET, into('alone')))
    expect(await place.run(['--quiet', alone], { env: CHUNKED })).toMatchObject({ code: 0, stderr: '' })
    const undisturbed = await packetsHash((await server.get(BUCKET, `alone/${JOB_ID}.mp4`)) ?? '', place)

    const cfg = await place.write('cfg.json', s3CfgOf(front, BUCKET, into('mixed')))
    const made = await split(cfg, CHUNKED)
    expect(made.plan.startsWith(`s3://${BUCKET}/mixed/.owt/${JOB_ID}/plan-`)).toBe(true)
    const key = decodeURIComponent(/^s3:\/\/[^/]+\/([^?]+)/.exec(made.plan)?.[1] ?? '')
    const text = (await server.get(BUCKET, key))?.toString() ?? ''
    expect(text).toContain('"video 1/3"')
    expect(text).not.toContain(secretAccessKey)
    expect(text).not.toContain(place.folder)

    await doTasks(made, {
      OWT_STORAGE_CREDENTIALS_FOR: JSON.stringify([front.endpoint]),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    })
    const done = await place.run(['--quiet', '--collect', cfg], { env: CHUNKED })
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(await madeHere()).toEqual(['mux'])
    expect(await packetsHash((await server.get(BUCKET, `mixed/${JOB_ID}.mp4`)) ?? '', place)).toBe(
      undisturbed,
    )
    expect(await server.get(BUCKET, key)).toBeUndefined()
    expect(front.pendingUploads()).toBe(0)
  })
})
