/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gst/score/gstscoreerror.h>
#include <gst/score/gstscoremessage.h>
#include <gst/score/gstscoremeta.h>
#include <gst/score/gstscoreresult.h>
#include <gst/score/gstscoreresultbuilder.h>
#include <gst/score/gstscoresample.h>
