/* cmocka with what it needs before it. */
#ifndef GF_TESTS_CMOCKA_H
#define GF_TESTS_CMOCKA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
