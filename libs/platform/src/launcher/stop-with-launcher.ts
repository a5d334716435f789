/** A process that the launcher started stops when the launcher is gone, even by SIGKILL: its channel then closes. */
export function stopWithLauncher(): void {
  if (process.connected) process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
