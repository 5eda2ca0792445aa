/* Linked into tests that open drivers: what they load stays loaded until the process ends, so that
 * the leak checker can name the library that lost memory, and leave it out (lsan.supp). */
int dlclose(void *handle);

int dlclose(void *handle)
{
    (void)handle;
    return 0;
}
