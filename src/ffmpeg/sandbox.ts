/** The sandbox around an ffmpeg: it sees itself, what it reads and the folder that it writes to, and no network. */
import type { Places } from '../plan/places.ts'

/** Bubblewrap, with what it shows to every ffmpeg of this worker. */
export interface Sandbox {
  /** Path of the program. */
  readonly bwrap: string
  /** Options: namespaces, the system's libraries, ffmpeg and what belongs to it. */
  readonly view: readonly string[]
  /** Options for those that drive graphics hardware. */
  readonly devices: readonly string[]
}

/**
 * The words before ffmpeg's own path.
 * @param run.cwd the folder that it runs in, among those that it writes to
 */
export function sandboxPrefix(
  { bwrap, view, devices }: Sandbox,
  run: { places: Places; hasDevices: boolean; cwd?: string | undefined },
): readonly string[] {
  const { places, hasDevices, cwd = '/' } = run
  return [
    bwrap,
    ...view,
    ...(hasDevices ? devices : []),
    // What is missing is left out: ffmpeg says by itself that it cannot open it.
    ...places.writes.flatMap((path) => ['--bind-try', path, path]),
    // Behind the folders that may be written to, for these may lie in one of them.
    ...places.reads.flatMap((path) => ['--ro-bind-try', path, path]),
    // The rest is memory: nothing may be put there either.
    ...['--remount-ro', '/', '--remount-ro', '/dev', '--chdir', cwd, '--'],
  ]
}
