/** The one required check: reported on every pull request's head and every merge group, and never renamed. */
export const gateCheck = "assay / gate";

/** On the merged commit: what becomes of the releases that it brings. Not one that branches are meant to require. */
export const releaseCheck = "assay / release";

/** On the merged commit: the full suites, which later gates compare with. */
export const baselineCheck = "assay / baseline";
