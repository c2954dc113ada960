/** What fetching and uploading has to say. */
export const storage = {
  objectMissing: (p: { where: string; key: string }) =>
    `${p.where}: there is no object "${p.key}"; check Root and Name in the index`,
}
