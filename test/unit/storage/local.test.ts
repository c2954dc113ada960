import { randomUUID } from 'node:crypto'
import { renameSync, symlinkSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { holdFolder } from '../../../src/storage/held-folder.ts'
import { openStorage, storageSettings } from '../../../src/storage/open.ts'
import { putWithBackup } from '../../../src/storage/put-with-backup.ts'
import { defaultConf } from '../../../src/config/conf.ts'
import { areStillThere } from '../../../src/storage/still-there.ts'
import type { Storage } from '../../../src/storage/storage.ts'
import { unfinishedPut } from '../../../src/storage/unfinished.ts'

// Loading the SDK takes longer than many a job on a folder.
vi.mock('@aws-sdk/client-s3', () => {
  throw new Error('a local bucket loaded the S3 SDK')
})

const settings = storageSettings(defaultConf())
const version = expect.stringMatching(/^\d+-\d{19}$/) as string

describe('a folder as the bucket', () => {
  let home: string
  let folder: string
  let bucket: Storage

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'owt-local-'))
    folder = join(home, 'bucket')
    await mkdir(join(folder, 'room'), { recursive: true })
    await writeFile(join(folder, 'room', 'a.webm'), 'recorded')
    await writeFile(join(home, 'secret.txt'), 'outside')
    bucket = openStorage({ kind: 'local', folder, bucket: 'rec' }, settings)
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  it('lies in one of the roots of conf/, whatever links lead there', async () => {
    await symlink(home, join(folder, 'out'))
    await symlink(folder, join(home, 'in'))
    const at = (path: string, localRoots = [folder, join(home, 'none')]) =>
      openStorage({ kind: 'local', folder: path, bucket: 'rec' }, { ...settings, localRoots })
    for (const path of [folder, join(folder, 'room'), join(home, 'in')])
      expect(await at(path).stat('none')).toBeUndefined()
    const outside = { code: 'folderOutside', fault: 'config' }
    for (const path of [home, join(folder, 'out'), join(folder, '..'), '/etc']) {
      await expect(at(path).stat('passwd')).rejects.toMatchObject(outside)
      await expect(at(path).put('a', join(home, 'secret.txt'))).rejects.toMatchObject(outside)
    }
    await mkdir(`${folder}-other`)
    await expect(at(`${folder}-other`).stat('a')).rejects.toMatchObject(outside)
    expect(await at(home, []).stat('secret.txt')).toBeDefined()
  })

  it('uses a file where it is', async () => {
    const moved: number[] = []
    const into = join(home, 'into')
    const fetched = await bucket.fetch('room/a.webm', into, { onBytes: (bytes) => moved.push(bytes) })
    const identity = expect.stringMatching(/^[\d-]+$/) as string
    expect(fetched).toEqual({ path: join(folder, 'room', 'a.webm'), bytes: 8, version, identity })
    expect(moved).toEqual([8])
    expect(await readdir(home)).toEqual(['bucket', 'secret.txt'])
    expect(await bucket.stat('room/a.webm')).toEqual({ bytes: 8, version: fetched.version })
  })

  it('has another version for a file that was written again, and the same for one that was not', async () => {
    const path = join(folder, 'room', 'a.webm')
    const { version: first } = await bucket.fetch('room/a.webm', '')
    expect((await bucket.fetch('room/a.webm', '')).version).toBe(first)
    await writeFile(path, 'RECORDED')
    // A file system whose clock ticks slowly would have it the same.
    await utimes(path, new Date(), new Date(Date.now() + 1000))
    expect((await bucket.fetch('room/a.webm', '')).version).not.toBe(first)
  })

  it('follows a link that stays in the folder', async () => {
    await symlink('a.webm', join(folder, 'room', 'b.webm'))
    expect((await bucket.fetch('room/b.webm', '')).path).toBe(join(folder, 'room', 'a.webm'))
  })

  it('says so when there is no such object', async () => {
    expect(await bucket.stat('room/b.webm')).toBeUndefined()
    expect(await bucket.stat('room/a.webm/deeper')).toBeUndefined()
    expect(await bucket.readText('none.json', 10)).toBeUndefined()
    await expect(bucket.fetch('room/b.webm', '')).rejects.toMatchObject({
      code: 'objectMissing',
      fault: 'input',
      message: expect.stringContaining('"room/b.webm"') as string,
    })
  })

  it.each(['../secret.txt', 'room/../../secret.txt', '/etc/passwd', '..', '..\\secret.txt', '', '.', 'a\0b'])(
    'refuses the key %j',
    async (key) => {
      const refusal = { code: 'keyLeavesBucket' }
      await expect(bucket.fetch(key, '')).rejects.toMatchObject(refusal)
      await expect(bucket.stat(key)).rejects.toMatchObject(refusal)
      await expect(bucket.readText(key, 10)).rejects.toMatchObject(refusal)
      await expect(bucket.put(key, join(home, 'secret.txt'))).rejects.toMatchObject(refusal)
      expect(await readdir(home)).toEqual(['bucket', 'secret.txt'])
    },
  )

  it('refuses links that point out of the folder, for files and folders, to read and to write', async () => {
    await symlink('../secret.txt', join(folder, 'link.txt'))
    await symlink(home, join(folder, 'up'))
    const refusal = { code: 'keyLeavesBucket' }
    await expect(bucket.fetch('link.txt', '')).rejects.toMatchObject(refusal)
    await expect(bucket.readText('up/secret.txt', 10)).rejects.toMatchObject(refusal)
    await expect(bucket.put('up/new/out.mp4', join(home, 'secret.txt'))).rejects.toMatchObject(refusal)
    expect(await readdir(home)).toEqual(['bucket', 'secret.txt'])
  })

  it('does not take a folder beside the bucket for the bucket', async () => {
    await mkdir(join(home, 'bucket2'))
    await writeFile(join(home, 'bucket2', 'x'), '')
    await symlink('../bucket2', join(folder, 'beside'))
    await expect(bucket.fetch('beside/x', '')).rejects.toMatchObject({ code: 'keyLeavesBucket' })
  })

  it('refuses a folder as an object', async () => {
    await expect(bucket.fetch('room', '')).rejects.toMatchObject({ code: 'objectNotAFile' })
    await expect(bucket.put('room', join(home, 'secret.txt'))).rejects.toMatchObject({
      code: 'objectNotAFile',
    })
    expect(await readdir(folder)).toEqual(['room'])
  })

  it('names a bucket folder that is missing, and does not make it', async () => {
    const gone = openStorage({ kind: 'local', folder: join(home, 'gone'), bucket: 'gone' }, settings)
    const refusal = {
      code: 'folderMissing',
      fault: 'config',
      message: expect.stringContaining('gone') as string,
    }
    await expect(gone.stat('a')).rejects.toMatchObject(refusal)
    await expect(gone.fetch('a', '')).rejects.toMatchObject(refusal)
    await expect(gone.put('a', join(home, 'secret.txt'))).rejects.toMatchObject(refusal)
    const file = openStorage({ kind: 'local', folder: join(home, 'secret.txt'), bucket: 'x' }, settings)
    await expect(file.stat('a')).rejects.toMatchObject({ code: 'folderMissing' })
  })

  it('reads a small text and refuses a larger one', async () => {
    await writeFile(join(folder, 'index.json'), '\uFEFF{"房间":1}')
    expect(await bucket.readText('index.json', 100)).toBe('{"房间":1}')
    expect(await bucket.readText('room/a.webm', 8)).toBe('recorded')
    await expect(bucket.readText('room/a.webm', 7)).rejects.toMatchObject({ code: 'textTooLarge' })
  })

  it('puts a file whole, over an older one, and leaves nothing beside it', async () => {
    const bytes = Buffer.alloc(3_000_000, 'mixed ')
    const moved: number[] = []
    await writeFile(join(home, 'out.mp4'), bytes)
    const options = { onBytes: (count: number) => moved.push(count) }
    for (const key of ['mixed/deep/out.mp4', 'room/a.webm']) {
      const path = join(folder, ...key.split('/'))
      expect(await bucket.put(key, join(home, 'out.mp4'), options)).toEqual({
        bytes: 3_000_000,
        path,
        version,
      })
      expect((await readFile(path)).equals(bytes)).toBe(true)
    }
    expect(moved.reduce((sum, count) => sum + count)).toBe(6_000_000)
    expect((await readdir(folder, { recursive: true })).sort()).toEqual([
      'mixed',
      'mixed/deep',
      'mixed/deep/out.mp4',
      'room',
      'room/a.webm',
    ])
  })

  it('replaces a link under the name itself instead of writing through it', async () => {
    await symlink('../secret.txt', join(folder, 'out.mp4'))
    await bucket.put('out.mp4', join(folder, 'room', 'a.webm'))
    expect(await readFile(join(home, 'secret.txt'), 'utf8')).toBe('outside')
    expect(await readFile(join(folder, 'out.mp4'), 'utf8')).toBe('recorded')
  })

  it('leaves nothing of a put that is stopped, and throws the reason', async () => {
    await writeFile(join(home, 'out.mp4'), Buffer.alloc(5_000_000))
    const stop = new AbortController()
    const reason = new Error('stopped by the operator')
    const onBytes = (): void => stop.abort(reason)
    await expect(
      bucket.put('mixed/deep/out.mp4', join(home, 'out.mp4'), { signal: stop.signal, onBytes }),
    ).rejects.toBe(reason)
    expect(await readdir(folder)).toEqual(['room'])
  })

  it('leaves nothing of a put whose source is missing or cannot be written', async () => {
    await expect(bucket.put('mixed/out.mp4', join(home, 'none.mp4'))).rejects.toMatchObject({
      code: 'fileFailed',
    })
    await expect(bucket.put('room/a.webm/out.mp4', join(home, 'secret.txt'))).rejects.toMatchObject({
      code: 'fileFailed',
      message: expect.stringContaining('ENOTDIR') as string,
    })
    expect(await readdir(folder, { recursive: true })).toEqual(['room', 'room/a.webm'])
  })

  it('removes what a put of the same file left there when it was killed, and nothing else', async () => {
    const from = join(home, 'out.mp4')
    await writeFile(from, 'mixed')
    await mkdir(join(folder, 'mixed'))
    const left = `.${randomUUID()}.part`
    const others = `.${randomUUID()}.part`
    for (const name of [left, others]) await writeFile(join(folder, 'mixed', name), 'half')
    const note = unfinishedPut({ where: `local folder "${folder}"`, key: 'mixed/out.mp4', fromPath: from })
    await note.note(left)
    await bucket.put('mixed/out.mp4', from)
    expect((await readdir(join(folder, 'mixed'))).sort()).toEqual([others, 'out.mp4'].sort())
    expect((await readdir(home)).sort()).toEqual(['bucket', 'out.mp4', 'secret.txt'])
    // A note that says something else is nobody's order to remove it.
    await note.note('../../secret.txt')
    await bucket.put('mixed/out.mp4', from)
    expect(await readFile(join(home, 'secret.txt'), 'utf8')).toBe('outside')
  })

  it('is not held up by a note that cannot be written', async () => {
    const note = unfinishedPut({ where: 'x', key: 'a', fromPath: join(home, 'none', 'out.mp4') })
    await note.note('something')
    await note.forget()
    expect(await note.read()).toBeUndefined()
  })

  it('is left by no link that is swapped in while a file is put', async () => {
    const from = join(home, 'large.mp4')
    await writeFile(from, Buffer.alloc(3 << 20, 1))
    await mkdir(join(home, 'else'))
    let swapped = false
    const onBytes = () => {
      if (swapped) return
      swapped = true
      renameSync(join(folder, 'mixed'), join(home, 'away'))
      symlinkSync('../else', join(folder, 'mixed'))
    }
    await bucket.put('mixed/out.mp4', from, { onBytes })
    expect(await readdir(join(home, 'else'))).toEqual([])
    expect(await readdir(join(home, 'away'))).toEqual(['out.mp4'])
  })

  it('opens no folder by a link that came after the place was looked up', async () => {
    await mkdir(join(home, 'else'))
    await symlink('../else', join(folder, 'mixed'))
    const held = holdFolder({ root: folder, segments: ['mixed', 'deep'], isMade: true })
    await expect(held).rejects.toMatchObject({ code: 'ELOOP' })
    expect(await readdir(join(home, 'else'))).toEqual([])
  })

  it('tells where nothing can be put before there is anything to put, and leaves nothing there', async () => {
    await mkdir(join(home, 'else'))
    await symlink('../else', join(folder, 'out'))
    await symlink('nowhere', join(folder, 'dangling'))
    await mkdir(join(folder, 'room', 'folder.mp4'))
    const codes = (key: string) =>
      bucket.refuseUnusable(key, { isLook: false }).then(
        () => 'usable',
        (error: { code: string; fault: string; message: string }) =>
          `${error.code} ${/\b(E[A-Z]+)\b/.exec(error.message)?.[1] ?? ''}`.trim(),
      )
    expect(await codes('out/x.mp4')).toBe('keyLeavesBucket')
    expect(await codes('dangling/x.mp4')).toBe('fileFailed ENOTDIR')
    expect(await codes('room/a.webm/x.mp4')).toBe('fileFailed ENOTDIR')
    expect(await codes('room/folder.mp4')).toBe('objectNotAFile')
    for (const key of [`${'n'.repeat(300)}.mp4`, `new/${'n'.repeat(300)}.mp4`, `${'n'.repeat(300)}/x.mp4`])
      expect(await codes(key)).toBe('fileFailed ENAMETOOLONG')
    for (const key of ['x.mp4', 'room/a.webm', 'room/new/deep/x.mp4']) expect(await codes(key)).toBe('usable')
    expect((await readdir(folder, { recursive: true })).sort()).toEqual(
      ['dangling', 'out', 'room', 'room/a.webm', 'room/folder.mp4'].sort(),
    )
    expect(await readdir(join(home, 'else'))).toEqual([])
  })

  it('tells the bytes of a file from those before, though their length and time are the same', async () => {
    const path = join(folder, 'room/a.webm')
    const at = new Date('2026-11-22T10:00:00Z')
    await utimes(path, at, at)
    const [identity, facts] = [await bucket.identify('room/a.webm'), await bucket.stat('room/a.webm')]
    expect(identity).toBe((await bucket.fetch('room/a.webm', '')).identity)
    await writeFile(path, 'replaced')
    await utimes(path, at, at)
    expect(await bucket.stat('room/a.webm')).toEqual(facts)
    const written = await bucket.identify('room/a.webm')
    expect(written).not.toBe(identity)

    await writeFile(join(home, 'other'), 'replaced')
    await utimes(join(home, 'other'), at, at)
    renameSync(join(home, 'other'), path)
    expect(await bucket.identify('room/a.webm')).not.toBe(written)
    expect(await bucket.identify('none')).toBeUndefined()
  })

  it.each([
    ['0640', 0o640],
    ['0666', 0o666],
  ])('gives files the mode %s of the settings, whatever the umask says', async (fileMode, mode) => {
    const target = { kind: 'local', folder, bucket: 'rec' } as const
    const from = join(home, 'made.mp4')
    await writeFile(from, 'made')
    await openStorage(target, { ...settings, fileMode }).put('out.mp4', from)
    expect((await stat(join(folder, 'out.mp4'))).mode & 0o777).toBe(mode)
  })

  describe('a claim on a key', () => {
    const by = (jobId: string) => ({ jobId, folder: home })
    const refused = (jobId: string) => ({
      code: 'outputClaimed',
      fault: 'config',
      message: expect.stringContaining(`job ${jobId} (process ${process.pid}) is writing`) as string,
    })

    it('is refused to others until it is given back, and leaves nothing', async () => {
      const claim = await bucket.claim('mixed/deep/x.mp4', by('one'))
      await expect(bucket.claim('mixed/deep/x.mp4', by('two'))).rejects.toMatchObject(refused('one'))
      const beside = await bucket.claim('mixed/deep/y.mp4', by('two'))
      expect(await claim.isHeld()).toBe(true)
      await beside.release()
      await claim.release()
      expect((await readdir(folder, { recursive: true })).sort()).toEqual(['room', 'room/a.webm'])
      await (await bucket.claim('mixed/deep/x.mp4', by('two'))).release()
    })

    it('is one, whatever links lead to the folder and wherever the bucket begins', async () => {
      await symlink('room', join(folder, 'alias'))
      const inner = openStorage({ kind: 'local', folder: join(folder, 'room'), bucket: 'b' }, settings)
      const claim = await bucket.claim('alias/x.mp4', by('one'))
      await expect(bucket.claim('room/x.mp4', by('two'))).rejects.toMatchObject(refused('one'))
      await expect(inner.claim('x.mp4', by('two'))).rejects.toMatchObject(refused('one'))
      await claim.release()
    })

    it('of a name that is as long as can be is one, too', async () => {
      const key = `room/${'n'.repeat(251)}.mp4`
      const claim = await bucket.claim(key, by('one'))
      await expect(bucket.claim(key, by('two'))).rejects.toMatchObject(refused('one'))
      await claim.release()
    })

    it('of a process that was killed goes to the next', async () => {
      const claim = await bucket.claim('room/x.mp4', by('one'))
      await writeFile(join(folder, 'room/.x.mp4.lock'), '{"pid":4194305,"started":"1"}')
      const next = await bucket.claim('room/x.mp4', by('two'))
      expect(await claim.isHeld()).toBe(false)
      // Given back late, it takes nobody's away.
      await claim.release()
      expect(await next.isHeld()).toBe(true)
      await next.release()
    })

    it('leaves what was put meanwhile', async () => {
      const from = join(home, 'made.mp4')
      await writeFile(from, 'made')
      const claim = await bucket.claim('mixed/x.mp4', by('one'))
      await bucket.put('mixed/x.mp4', from)
      await claim.release()
      expect(await readdir(join(folder, 'mixed'))).toEqual(['x.mp4'])
    })
  })

  it('takes an object away, and the folders that leaves empty', async () => {
    const from = join(home, 'secret.txt')
    for (const key of ['x/y/a.m4s', 'x/y/b.m4s', 'x/c.mp4', 'd.mp4']) await bucket.put(key, from)
    await bucket.remove('x/y/a.m4s')
    expect(await readdir(join(folder, 'x/y'))).toEqual(['b.m4s'])
    await bucket.remove('x/y/b.m4s')
    expect(await readdir(join(folder, 'x'))).toEqual(['c.mp4'])
    await bucket.remove('x/c.mp4')
    await bucket.remove('x/c.mp4')
    await bucket.remove('d.mp4')
    expect(await readdir(folder)).not.toContain('x')
    await expect(bucket.remove('../secret.txt')).rejects.toMatchObject({ code: 'keyLeavesBucket' })
    expect(await readFile(from, 'utf8')).toBe('outside')
  })

  it('goes to a second folder when the first one is not there', async () => {
    const first = openStorage({ kind: 'local', folder: join(home, 'gone'), bucket: 'gone' }, settings)
    const landed = await putWithBackup({
      main: { storage: first, key: 'a.mp4' },
      backup: { storage: bucket, key: 'b.mp4' },
      fromPath: join(home, 'secret.txt'),
    })
    const path = join(folder, 'b.mp4')
    expect(landed).toMatchObject({ backedUp: true, key: 'b.mp4', bytes: 7, path })
    expect(landed.mainFailure).toMatchObject({ code: 'folderMissing' })
    expect(await areStillThere(bucket, [landed])).toBe(true)
    expect(await areStillThere(bucket, [{ ...landed, version: '7-1' }])).toBe(false)
    await rm(path)
    expect(await areStillThere(bucket, [landed])).toBe(false)
  })
})
