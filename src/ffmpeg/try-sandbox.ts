/** Finds out whether this machine can run ffmpeg in a sandbox, by starting it in one. */
import { execFile } from 'node:child_process'
import { readFile, readdir, readlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { JobError } from '../errors.ts'
import { ANSWER_MS, harmlessEnvironment } from './environment.ts'
import { installationOf, systemView } from './installation.ts'
import { lastLine } from './last-line.ts'
import { onPath } from './on-path.ts'
import { remembered, stampOf } from './remembered.ts'
import { type Sandbox, sandboxPrefix } from './sandbox.ts'

/** `auto` uses a sandbox if one is available. */
export type SandboxMode = 'auto' | 'on' | 'off'

/** A sandbox, or the reason why there is none. */
export type Tried = { readonly sandbox: Sandbox } | { readonly sandbox: undefined; readonly why: string }

/** Increment when the contents of a sandbox change, so that it is tried again. */
const QUESTION = '1'

/** Namespaces of its own for processes, IPC, host name, cgroups and an empty network. */
const APART = [
  ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
  ...['--die-with-parent', '--new-session'],
  // Without it, a process of bubblewrap's in between does not wait for its child, and CPU time is not counted.
  '--as-pid-1',
]
/** Prefixes of device names. */
const GRAPHICS = ['dri', 'dxg', 'nvidia']
/** Where drivers look for their hardware and components. */
const DRIVERS = ['/sys', '/run/opengl-driver', '/etc/OpenCL', '/etc/vulkan']

/**
 * The sandbox for an ffmpeg, tested with it. The result is cached until ffmpeg, bubblewrap or the system changes or the
 * system restarts.
 * @param options.path of ffmpeg
 * @param options.workFolder folder of the cache
 * @throws JobError `sandboxMissing`, `sandboxUnusable` if the mode is `on` and there is none
 */
export async function sandboxFor(options: {
  mode: SandboxMode
  path: string
  env: Readonly<Record<string, string | undefined>>
  workFolder: string | undefined
}): Promise<Tried> {
  const { mode, path, env, workFolder } = options
  if (mode === 'off') return { sandbox: undefined, why: 'ffmpeg.sandbox is off' }
  const bwrap = await onPath('bwrap', env['PATH'] ?? '')
  if (bwrap === undefined) {
    if (mode === 'on') throw new JobError({ code: 'sandboxMissing', params: {} }, { fault: 'config' })
    return { sandbox: undefined, why: 'bubblewrap (bwrap) is not installed' }
  }
  const program = path.includes('/') ? resolve(path) : ((await onPath(path, env['PATH'] ?? '')) ?? path)
  const question = [QUESTION, await stampOf(bwrap), await identityOfSystem()].join(' ')
  const asking = remembered({ path: program, workFolder, question, name: 'sandbox.json' }, () =>
    firstThatWorks(bwrap, program),
  )
  return asking.then(
    (sandbox) => ({ sandbox }),
    (cause: unknown) => {
      const detail = lastLine(cause) || String((cause as Error).message)
      if (mode === 'auto') return { sandbox: undefined, why: detail }
      throw new JobError(
        { code: 'sandboxUnusable', params: { bwrap, path, detail } },
        { fault: 'config', cause },
      )
    },
  )
}

async function firstThatWorks(bwrap: string, program: string): Promise<Sandbox> {
  const [system, own, devices] = await Promise.all([systemView(), installationOf(program), graphics()])
  const shown = [...system, '--dev', '/dev', ...own.flatMap((path) => ['--ro-bind-try', path, path])]
  const sandboxes = users().map((user) => ({ bwrap, view: [...APART, ...user, ...shown], devices }))
  let failed: unknown
  for (const sandbox of sandboxes) {
    try {
      await tryOut(sandbox, program)
      return sandbox
    } catch (error) {
      failed ??= error
    }
  }
  throw failed
}

/**
 * Root needs no user namespace, and can read other users' files, in the sandbox as outside. In a container without
 * these privileges, it uses a user namespace like other users.
 */
function users(): readonly (readonly string[])[] {
  const always = ['--unshare-user']
  return process.geteuid?.() === 0 ? [['--cap-add', 'CAP_DAC_OVERRIDE'], always] : [always]
}

async function tryOut(sandbox: Sandbox, program: string): Promise<void> {
  const nothing = { places: { reads: [], writes: [] }, hasDevices: false }
  const [bwrap, ...before] = [...sandboxPrefix(sandbox, nothing)]
  const { stdout } = await promisify(execFile)(bwrap ?? '', [...before, program, '-version'], {
    timeout: ANSWER_MS,
    env: harmlessEnvironment({ isBoxed: true }),
  })
  if (!stdout.startsWith('ffmpeg version')) throw new Error('ffmpeg does not answer in it')
}

/** Options that expose graphics hardware and its drivers. */
async function graphics(): Promise<readonly string[]> {
  const all = await readdir('/dev').catch(() => [])
  const devices = all.filter((name) => GRAPHICS.some((start) => name.startsWith(start)))
  return [
    ...devices.flatMap((name) => ['--dev-bind-try', join('/dev', name), join('/dev', name)]),
    ...DRIVERS.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc'],
  ]
}

/** A container may have fewer privileges than its host, and an administrator may change what the system permits. */
async function identityOfSystem(): Promise<string> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => '')
  const [boot, ...rest] = await Promise.all([
    read('/proc/sys/kernel/random/boot_id'),
    readlink('/proc/self/ns/mnt').catch(() => ''),
    readlink('/proc/self/ns/user').catch(() => ''),
    read('/proc/sys/user/max_user_namespaces'),
    read('/proc/sys/kernel/unprivileged_userns_clone'),
    read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
  ])
  return [process.geteuid?.(), boot, ...rest].join(' ').replaceAll('\n', '')
}
