/** The files that an ffmpeg run reads and the folders it writes to: all that a sandbox has to expose. Pure. */
import { dirname, isAbsolute } from 'node:path/posix'
import { unescapedValue } from '../graph/escape.ts'
import type { CommandInput, LocalCommand } from '../model/command.ts'

export interface Places {
  /** Absolute paths of files. */
  readonly reads: readonly string[]
  /** Absolute paths of folders. */
  readonly writes: readonly string[]
}

/** The parts of a run that determine its places. */
export interface Accesses {
  readonly inputs: readonly CommandInput[]
  /** Outputs as passed to ffmpeg. */
  readonly outputs: readonly string[]
  readonly cwd?: string | undefined
  readonly graph?: LocalCommand['graph']
  /** Files written for the run. */
  readonly files?: LocalCommand['files']
  /** Further files that it reads. */
  readonly reads?: readonly string[] | undefined
  /** Further folders that options and filters write to. */
  readonly writes?: readonly string[] | undefined
}

/**
 * Collects inputs, files written for the run, files named in graphs and concat lists, and the folders of outputs. Skips
 * what is not a file path, such as the graph of a synthetic source or the output `-`.
 */
export function placesOf(run: Accesses): Places {
  const { inputs, outputs, cwd, graph, files = [], reads = [], writes = [] } = run
  const lists = new Set(inputs.filter(({ args }) => opens(args, 'concat')).map(({ path }) => path))
  // Only what ffmpeg opens as a list is parsed as one: other files hold names and text from outside.
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

/** Fonts and text files. */
function filesOfGraph(text: string): readonly string[] {
  // A lookahead, because the next option of the same filter may match too.
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
