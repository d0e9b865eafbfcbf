/* The kernels for the instruction set of the build. */
#include "isa.h"
#include "philox.h"
#include "special.h"
#include <math.h>
#include <string.h>
#define ISA_TABLE ptb_kernels_base
#include "kernels.h"
