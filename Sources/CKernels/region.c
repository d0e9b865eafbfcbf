#include "ptb_kernels.h"
