/** Before any schema is made: the page's Content-Security-Policy forbids code that is made from text. */
import { config } from 'zod';

config({ jitless: true });
