import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { lockJob } from '../../../src/records/job-lock.ts'
import { clearOldWork, openWorkFolder } from '../../../src/records/work-folder.ts'

let workFolder: string
beforeEach(async () => {
  workFolder = await mkdtemp(join(tmpdir(), 'owt-work-'))
  return () => rm(workFolder, { recursive: true, force: true })
})

const open = (anew = false) => openWorkFolder({ workFolder, jobId: 'job', anew })
const put = (...names: string[]) =>
  Promise.all(names.map((name) => writeFile(join(workFolder, 'job', name), 'x')))
const left = () => readdir(join(workFolder, 'job')).catch(() => undefined)

describe('the folder of a job', () => {
  it.each([
    ['a whole output', ['video-1.mp4', 'video-1.mp4.key']],
    ['a recording on its way', ['a.webm.part', 'a.webm.version.json']],
    ['an upload that has to be ended', ['finished.mp4.upload-0123456789abcdef']],
  ])('is kept for %s, until the job is done', async (_, names) => {
    const work = await open()
    await put(...names)
    await work.close(false)
    expect((await left())?.toSorted()).toEqual(['owt-job.json', ...names].toSorted())
    const again = await open()
    expect((await left())?.toSorted()).toEqual(['owt-job.json', ...names].toSorted())
    await again.close(true)
    expect(await left()).toBeUndefined()
  })

  it('is not kept for what the next run cannot use', async () => {
    const work = await open()
    await put('video-1.graph', 'video-1.mp4.part', 'mark-1.png')
    await work.close(false)
    expect(await left()).toBeUndefined()
  })

  it('is as it was before when nothing but a look was taken', async () => {
    const look = await open()
    await put('a.webm', 'a.webm.version.json')
    await look.restore()
    expect(await left()).toBeUndefined()

    await open()
    await put('video-1.mp4', 'video-1.mp4.key')
    await (await open()).restore()
    expect((await left())?.toSorted()).toEqual(['owt-job.json', 'video-1.mp4', 'video-1.mp4.key'])
  })

  it('is emptied when everything is to be done anew', async () => {
    await open()
    await put('video-1.mp4', 'video-1.mp4.key')
    await open(true)
    expect(await left()).toEqual(['owt-job.json'])
  })
})

it('ends the ffmpegs of a worker that was killed, in the folder of its job alone', async () => {
  const path = join(workFolder, 'ffmpeg')
  // It waits for its input, which stays open.
  await writeFile(path, '#!/bin/sh\nread line\n', { mode: 0o755 })
  const start = (jobId: string) => spawn(path, ['-i', join(workFolder, jobId, 'a.webm')], { stdio: 'pipe' })
  const [left, another] = [start('job'), start('another')]
  const ended = once(left, 'exit')
  await vi.waitFor(async () =>
    expect(await readFile(`/proc/${left.pid}/cmdline`, 'utf8')).toContain('a.webm'),
  )
  await open()
  expect(await ended).toEqual([null, 'SIGKILL'])
  expect(another.exitCode ?? another.signalCode).toBeNull()
  const over = once(another, 'exit')
  another.stdin.end()
  await over
})

describe('a folder that is not the worker’s own', () => {
  const path = () => join(workFolder, 'job')
  const refused = { code: 'folderNotOwn' }

  it('is refused with what is in it, also where everything is to be done anew', async () => {
    await mkdir(path())
    await put('recording.webm')
    await expect(open()).rejects.toMatchObject(refused)
    await expect(open(true)).rejects.toMatchObject(refused)
    expect(await left()).toEqual(['recording.webm'])
  })

  it('is refused where it is a link, or others could have put links there', async () => {
    await mkdir(join(workFolder, 'else'), { mode: 0o700 })
    await symlink('else', path())
    await expect(open()).rejects.toMatchObject(refused)
    await rm(path())
    await open()
    await chmod(path(), 0o777)
    await expect(open()).rejects.toMatchObject(refused)
  })

  it('is never made: what is made is for one user', async () => {
    await open()
    for (const name of ['job', '.rejected'])
      expect((await stat(join(workFolder, name))).mode & 0o777).toBe(0o700)
  })
})

it('takes a rejected file away once the job is done', async () => {
  const work = await open()
  await writeFile(work.rejected, 'x')
  await work.close(false)
  expect(await readdir(join(workFolder, '.rejected'))).toEqual(['job.mp4'])
  await (await open()).close(true)
  expect(await readdir(join(workFolder, '.rejected'))).toEqual([])
})

describe('old work', () => {
  const nowMs = Date.now()
  const clear = () => clearOldWork({ workFolder, olderThanMs: 3_600_000, nowMs })
  async function leave(name: string, options: { hours: number; jobId?: unknown; marker?: string }) {
    await mkdir(join(workFolder, name))
    const marker = join(workFolder, name, 'owt-job.json')
    await writeFile(marker, options.marker ?? JSON.stringify({ jobId: options.jobId ?? name }))
    const at = new Date(nowMs - options.hours * 3_600_000)
    await utimes(marker, at, at)
  }

  it('is cleared by age, unless it runs', async () => {
    await leave('old', { hours: 2 })
    await leave('young', { hours: 0.5 })
    await leave('running', { hours: 2 })
    const unlock = await lockJob({ workFolder, jobId: 'running' })
    expect(await clear()).toEqual(['old'])
    expect((await readdir(workFolder)).toSorted()).toEqual(['.locks', 'running', 'young'])
    await unlock()
    expect(await clear()).toEqual(['running'])
  })

  it('is a rejected file too', async () => {
    const at = new Date(nowMs - 7_200_000)
    await mkdir(join(workFolder, '.rejected'))
    for (const name of ['.rejected/old.mp4', 'old.mp4']) {
      await writeFile(join(workFolder, name), 'x')
      await utimes(join(workFolder, name), at, at)
    }
    expect(await clear()).toEqual(['old'])
    expect((await readdir(workFolder)).toSorted()).toEqual(['.rejected', 'old.mp4'])
    expect(await readdir(join(workFolder, '.rejected'))).toEqual([])
  })

  it.each([
    ['names another job', { hours: 9, jobId: 'another' }],
    ['names none', { hours: 9, jobId: 7 }],
    ['is broken', { hours: 9, marker: '{"jobId": "fore' }],
    ['is no object', { hours: 9, marker: 'null' }],
  ])('is not what has a note that %s', async (_, options) => {
    await leave('foreign', options)
    expect(await clear()).toEqual([])
    expect(await readdir(workFolder)).toEqual(['foreign'])
  })

  it('is none where there is no folder, and no folder without a note is touched', async () => {
    await mkdir(join(workFolder, 'mine'))
    await writeFile(join(workFolder, 'note.txt'), 'x')
    expect(await clear()).toEqual([])
    expect((await readdir(workFolder)).toSorted()).toEqual(['mine', 'note.txt'])
    await rm(workFolder, { recursive: true })
    expect(await clear()).toEqual([])
  })
})
