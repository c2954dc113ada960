/** What `mix` and `init` are told about the film and about the recordings. */
import type { Invocation } from '../cli/invocation.ts'
import type { Kind } from '../folder/model.ts'
import type { Corrections } from '../folder/room.ts'
import { FILM, type FilmWishes } from '../host/folder-job.ts'

export function filmOf({
  layout = FILM.layout,
  share = FILM.share,
  size,
  fps = FILM.fps,
}: Invocation): FilmWishes {
  const [width = FILM.width, height = FILM.height] = size?.split('x').map(Number) ?? []
  return { layout, share, width, height, fps }
}

/** The parser has checked their form. */
export function correctionsOf({ start = [], name = [], kind = [] }: Invocation): Corrections {
  const pairs = (texts: readonly string[]) =>
    texts.map(
      (text) => [text.slice(0, text.lastIndexOf('=')), text.slice(text.lastIndexOf('=') + 1)] as const,
    )
  return {
    starts: new Map(pairs(start).map(([who, seconds]) => [who, Number(seconds)])),
    names: new Map(pairs(name)),
    kinds: new Map(pairs(kind).map(([who, what]) => [who, what as Kind])),
  }
}
