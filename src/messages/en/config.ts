/** What reading cfg.json, the index and conf/ has to say. */
export const config = {
  fileMissing: (p: { path: string }) => `${p.path}: there is no such file; check the path`,
}
