/** Resolves places to paths on this machine. */
import { escapeValue } from '../graph/escape.ts'
import type { Command, LocalCommand } from '../model/command.ts'
import { FONT, type Place, WORK } from '../model/place.ts'

/** Absolute paths on this machine of the places in a job's commands. */
export interface Locations {
  readonly work: string
  readonly font: string
  /** Recordings and watermark images. */
  readonly files: ReadonlyMap<Place, string>
}

/** @throws Error for a recording or picture that is not on this machine */
export function pathOf(place: Place, at: Locations): string {
  if (place === FONT) return at.font
  if (place.startsWith(`${WORK}/`)) return at.work + place.slice(WORK.length)
  const path = at.files.get(place)
  if (path === undefined) throw new Error(`${place} is not on this machine`)
  return path
}

/** Resolves a command's places to paths on this machine. */
export function localCommand(command: Command, at: Locations): LocalCommand {
  const { inputs, graph, output, cwd, files, after, composers } = command
  const path = (place: Place) => pathOf(place, at)
  return {
    ...command,
    inputs: inputs.map((input) => ({ ...input, path: path(input.path) })),
    output: path(output),
    files: files.map((file) => ({
      ...file,
      path: path(file.path),
      // Other files hold text from outside, which must not be substituted.
      text: file.isList ? withPaths(file.text, at, (name) => name.replaceAll("'", "'\\''")) : file.text,
    })),
    ...(graph && { graph: { path: path(graph.path), text: withPaths(graph.text, at, escapeValue) } }),
    ...(cwd !== undefined && { cwd: path(cwd) }),
    ...(after && { after: after.map(path) }),
    ...(composers && { composers: composers.map((one) => localCommand(one, at)) }),
  }
}

/** Replaces the work folder and the font in text that ffmpeg parses. */
function withPaths(text: string, { work, font }: Locations, escape: (path: string) => string): string {
  return text.replaceAll(/\{work\}|\{font\}/g, (place) => escape(place === FONT ? font : work))
}
