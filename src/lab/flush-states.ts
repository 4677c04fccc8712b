/** Empties the table of connections of the namespace that it is run in, as a reboot does. */
import { Conntrack } from '#linux/conntrack.ts';

const opened = Conntrack.open();
if (!opened.ok) {
  console.error(opened.error);
  process.exit(1);
}
opened.value.flush();
opened.value.close();
