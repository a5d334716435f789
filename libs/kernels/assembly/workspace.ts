/**
 * Where the running thread has room of its own, 320 KiB (WORKSPACE in src/workspace.ts), for what a tile needs while it runs. Set once, when the thread starts.
 */
export let workspace: usize = 0;
