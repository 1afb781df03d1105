/** A setting that cannot be used; the message is one line for whoever wrote it. */
export class SettingError extends Error {}
