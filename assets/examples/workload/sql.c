/* Runs the SQL of the file argv[1] in a database in memory. */
#include <stdio.h>
#include <stdlib.h>

#include "sqlite3.h"

int main(int argc, char **argv)
{
    char *sql = malloc(1 << 16), *message = NULL;
    FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;
    sqlite3 *db = NULL;
    if (!sql || !f || sqlite3_open(":memory:", &db) != SQLITE_OK)
        return 1;
    sql[fread(sql, 1, (1 << 16) - 1, f)] = 0;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        return fprintf(stderr, "%s\n", message), 1;
    return 0;
}
