/** Which files a run of ffmpeg reads and where it writes: all that a sandbox around it has to let through. Pure. */
import { dirname, isAbsolute } from 'node:path/posix'
import { unescapedValue } from '../graph/escape.ts'
import type { CommandInput, LocalCommand } from '../model/command.ts'

export interface Places {
  /** Absolute paths of files. */
  readonly reads: readonly string[]
  /** Absolute paths of folders. */
  readonly writes: readonly string[]
}

/** What tells the places of a run. */
export interface Accesses {
  readonly inputs: readonly CommandInput[]
  /** Where the outputs go, as ffmpeg is told it. */
  readonly outputs: readonly string[]
  readonly cwd?: string | undefined
  readonly graph?: LocalCommand['graph']
  /** Files that were written for it. */
  readonly files?: LocalCommand['files']
  /** Files that it reads besides. */
  readonly reads?: readonly string[] | undefined
  /** Folders that it writes to besides, by options and filters. */
  readonly writes?: readonly string[] | undefined
}

/**
 * Inputs and files written for the run, with the files that graphs and concat lists among them name; and the folders of
 * its outputs. What is no path of a file, such as the graph of a made picture or the output `-`, is left out.
 */
export function placesOf(run: Accesses): Places {
  const { inputs, outputs, cwd, graph, files = [], reads = [], writes = [] } = run
  const lists = new Set(inputs.filter(({ args }) => opens(args, 'concat')).map(({ path }) => path))
  // Only what ffmpeg takes for a list is one: others hold names and texts that somebody else has written.
  const listed = files.flatMap(({ path, text }) => (lists.has(path) ? filesOfList(text) : []))
  return {
    reads: paths([
      ...inputs.map(({ path }) => path),
      ...(graph ? [graph.path, ...filesOfGraph(graph.text)] : []),
      ...files.map(({ path }) => path),
      ...listed,
      ...reads,
    ]),
    writes: paths([
      ...outputs.flatMap((path) => (isAbsolute(path) ? [dirname(path)] : [])),
      ...(cwd === undefined ? [] : [cwd]),
      ...writes,
    ]),
  }
}

function opens(args: readonly string[], format: string): boolean {
  return args.some((arg, i) => arg === format && args[i - 1] === '-f')
}

function paths(all: readonly string[]): readonly string[] {
  return [...new Set(all.filter((path) => isAbsolute(path)))]
}

/** Fonts and texts. */
function filesOfGraph(text: string): readonly string[] {
  // Looked ahead, for the next option of the same filter may be the other one.
  const named = text.matchAll(/[=:](?:fontfile|textfile)=(?=((?:\\[^]|[^\\'[\],;])*))/g)
  const raw = new Set([...named].map(([, value = '']) => value))
  return [...raw].map(unescapedValue)
}

/** Each entry is a line: `file 'a path'`, where a quote in the path is `'\''`. */
function filesOfList(text: string): readonly string[] {
  return [...text.matchAll(/^file (.*)$/gm)].map(([, name = '']) =>
    name.replace(/'([^']*)'|\\(.)/g, '$1$2').replace(/^file:/, ''),
  )
}
