import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { guardPrefix } from '../../../src/ffmpeg/guards.ts'
import { installationOf } from '../../../src/ffmpeg/installation.ts'

const fence = { memoryMb: 1, cpuSeconds: 2, fileMb: 3, openFiles: 4 }
const places = { reads: ['/bucket/a.webm', '/jobs/room/b.webm'], writes: ['/jobs/room'] }

it('ffmpeg stands behind its limits and its sandbox, in which its inputs lie over what it may write', () => {
  const sandbox = {
    bwrap: '/usr/bin/bwrap',
    view: ['--unshare-net'],
    devices: ['--dev-bind-try', '/dev/dri'],
  }
  const run = { fence, places, hasDevices: false }
  expect(guardPrefix({ prlimit: undefined, sandbox }, run).join(' ')).toMatchInlineSnapshot(
    `"/usr/bin/bwrap --unshare-net --bind-try /jobs/room /jobs/room --ro-bind-try /bucket/a.webm /bucket/a.webm --ro-bind-try /jobs/room/b.webm /jobs/room/b.webm --remount-ro / --remount-ro /dev --chdir / --"`,
  )
  expect(
    guardPrefix({ prlimit: '/usr/bin/prlimit', sandbox }, { ...run, cwd: '/jobs/room' }).join(' '),
  ).toMatch(/^\/usr\/bin\/prlimit .* --core=0 -- \/usr\/bin\/bwrap --unshare-net .* --chdir \/jobs\/room --$/)
  expect(guardPrefix({ prlimit: undefined, sandbox }, { ...run, hasDevices: true })).toContain('/dev/dri')
})

describe('what belongs to a program', () => {
  let folder: string
  beforeEach(async () => {
    vi.stubEnv('LD_LIBRARY_PATH', '')
    folder = await realpath(await mkdtemp(join(tmpdir(), 'owt-installation-')))
    return async () => {
      vi.unstubAllEnvs()
      await rm(folder, { recursive: true })
    }
  })
  const put = async (name: string, text: string, mode = 0o755) => {
    const path = join(folder, name)
    await mkdir(join(path, '..'), { recursive: true })
    await writeFile(path, text)
    await chmod(path, mode)
    return path
  }

  it('is nothing where it is one of the system’s', async () => {
    expect(await installationOf('/bin/sh')).toEqual([])
  })

  it('is the program itself and where a link to it leads', async () => {
    const path = await put('tools/ffmpeg', 'no script')
    const link = join(folder, 'ffmpeg')
    await symlink(path, link)
    expect(await installationOf(link)).toEqual([link, path])
  })

  it('is what a script starts, with the libraries of a loader, but nothing that it merely names', async () => {
    const loader = await put('build/lib/ld-linux.so.2', '')
    const real = await put('build/bin/ffmpeg', '')
    const secret = await put('conf.json', 'secret', 0o644)
    const start = `exec "${loader}" --library-path '${folder}/build/lib:${folder}' "${real}" "$@"`
    const path = await put('tools/ffmpeg', `#!/bin/sh\ncat ${secret} ${folder} /etc/passwd\n${start}\n`)
    expect((await installationOf(path)).toSorted()).toEqual(
      [real, join(folder, 'build/lib'), path].toSorted(),
    )
  })

  it('is the folders in which libraries are looked for', async () => {
    vi.stubEnv('LD_LIBRARY_PATH', `${folder}/lib:relative:/usr/lib`)
    expect(await installationOf('/bin/sh')).toEqual([`${folder}/lib`])
  })

  it('ends with scripts that name one another', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')]
    await put('one', `#!/bin/sh\nexec ${two}\n`)
    await put('two', `#!/bin/sh\nexec ${one}\n`)
    expect((await installationOf(one)).toSorted()).toEqual([one, two])
  })
})
