/** The catalogue, or a part of it, in any language: the entries of the English one, with the same params. */
export type Translation<English extends Record<string, (params: never) => string>> = {
  readonly [Code in keyof English]: (params: Parameters<English[Code]>[0]) => string
}
