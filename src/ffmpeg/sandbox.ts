/** The sandbox around an ffmpeg: it sees itself, its inputs and its output folder, and no network. */
import type { Places } from '../plan/places.ts'

/** Bubblewrap, with the options common to all ffmpeg runs of this worker. */
export interface Sandbox {
  /** Path of the program. */
  readonly bwrap: string
  /** Options: namespaces, the system's libraries, ffmpeg and its files. */
  readonly view: readonly string[]
  /** Options for runs that use graphics hardware. */
  readonly devices: readonly string[]
}

/**
 * The arguments before ffmpeg's own path.
 * @param run.cwd the working directory, one of the folders that it writes to
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
    // Missing paths are skipped: ffmpeg reports itself that it cannot open them.
    ...places.writes.flatMap((path) => ['--bind-try', path, path]),
    // These come after the writable folders, since they may be inside one.
    ...places.reads.flatMap((path) => ['--ro-bind-try', path, path]),
    // The rest of the file system is in memory: it must not be writable either.
    ...['--remount-ro', '/', '--remount-ro', '/dev', '--chdir', cwd, '--'],
  ]
}
