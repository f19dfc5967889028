/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "media/jpeg.h"

#include "media/jpegheader.h"
#include "media/raw.h"
#include "media/shrink.h"

#include <gst/score/gstscoreerror.h>
#include <math.h>
#include <string.h>
#include <turbojpeg.h>

GST_DEBUG_CATEGORY_STATIC (score_jpeg_debug);
#define GST_CAT_DEFAULT score_jpeg_debug

/* What libjpeg can write. */
#define MAX_SIDE 65500

struct _ScoreJpeg
{
  guint max_size;
  guint short_side;             /* 0: no matter */
  guint quality;
  GstVideoOrientationMethod orientation;

  /* One each, for a handle that was used differently keeps its tables and
   * then writes files that cannot be read. */
  tjhandle compressor, decompressor;

  gboolean has_caps;
  gint par_n, par_d;
  ScoreRaw *raw;                /* NULL for image/jpeg */
  ScoreShrinker *shrinker;

  guint8 *packed;               /* what is written */
  gsize packed_size;
  guint8 *unpacked;             /* what was decoded */
  gsize unpacked_size;
};

static void
init_debug (void)
{
  static gsize done = 0;

  if (g_once_init_enter (&done)) {
    GST_DEBUG_CATEGORY_INIT (score_jpeg_debug, "scorejpeg", 0,
        "JPEG encoder of the score elements");
    g_once_init_leave (&done, 1);
  }
}

ScoreJpeg *
score_jpeg_new (guint max_size, guint quality)
{
  ScoreJpeg *self;

  g_return_val_if_fail (max_size > 0, NULL);
  g_return_val_if_fail (quality >= 1 && quality <= 100, NULL);

  init_debug ();
  self = g_new0 (ScoreJpeg, 1);
  self->max_size = MIN (max_size, MAX_SIDE);
  self->quality = quality;
  self->orientation = GST_VIDEO_ORIENTATION_IDENTITY;
  self->compressor = tjInitCompress ();
  self->shrinker = score_shrinker_new ();
  return self;
}

void
score_jpeg_set_short_side (ScoreJpeg * jpeg, guint size)
{
  g_return_if_fail (jpeg != NULL);

  jpeg->short_side = size;
}

void
score_jpeg_free (ScoreJpeg * jpeg)
{
  g_return_if_fail (jpeg != NULL);

  if (jpeg->compressor)
    tjDestroy (jpeg->compressor);
  if (jpeg->decompressor)
    tjDestroy (jpeg->decompressor);
  g_clear_pointer (&jpeg->raw, score_raw_free);
  score_shrinker_free (jpeg->shrinker);
  g_free (jpeg->packed);
  g_free (jpeg->unpacked);
  g_free (jpeg);
}

static gboolean
fail (GError ** error, const gchar * what)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE, "%s.", what);
  return FALSE;
}

static gboolean
set_jpeg_caps (ScoreJpeg * self, const GstStructure * structure)
{
  self->par_n = self->par_d = 1;
  gst_structure_get_fraction (structure, "pixel-aspect-ratio", &self->par_n,
      &self->par_d);
  return TRUE;
}

static gboolean
set_raw_caps (ScoreJpeg * self, GstCaps * caps, GError ** error)
{
  GstVideoInfo info;

  if (!gst_caps_features_is_equal (gst_caps_get_features (caps, 0),
          GST_CAPS_FEATURES_MEMORY_SYSTEM_MEMORY)
      || !gst_video_info_from_caps (&info, caps)) {
    g_autofree gchar *text = gst_caps_to_string (caps);

    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
        "Video of caps %s cannot be read.", text);
    return FALSE;
  }
  self->par_n = GST_VIDEO_INFO_PAR_N (&info);
  self->par_d = GST_VIDEO_INFO_PAR_D (&info);
  self->raw = score_raw_new (&info, error);
  return self->raw != NULL;
}

gboolean
score_jpeg_set_caps (ScoreJpeg * jpeg, GstCaps * caps, GError ** error)
{
  const GstStructure *structure;

  g_return_val_if_fail (jpeg != NULL, FALSE);
  g_return_val_if_fail (GST_IS_CAPS (caps) && gst_caps_is_fixed (caps), FALSE);

  jpeg->has_caps = FALSE;
  g_clear_pointer (&jpeg->raw, score_raw_free);
  structure = gst_caps_get_structure (caps, 0);
  if (gst_structure_has_name (structure, "image/jpeg"))
    jpeg->has_caps = set_jpeg_caps (jpeg, structure);
  else
    jpeg->has_caps = set_raw_caps (jpeg, caps, error);
  if (jpeg->par_n <= 0 || jpeg->par_d <= 0)
    jpeg->par_n = jpeg->par_d = 1;
  GST_DEBUG ("caps %" GST_PTR_FORMAT " %s", caps,
      jpeg->has_caps ? "accepted" : "refused");
  return jpeg->has_caps;
}

void
score_jpeg_set_orientation (ScoreJpeg * jpeg,
    GstVideoOrientationMethod orientation)
{
  g_return_if_fail (jpeg != NULL);

  jpeg->orientation = orientation;
}

/* Of pixels that are not square the longer side stays and the other shrinks,
 * so that nothing is made up. */
static void
fit (const ScoreJpeg * self, gdouble width, gdouble height, guint * fit_width,
    guint * fit_height)
{
  gdouble ratio = (gdouble) self->par_n / self->par_d;
  gdouble shown_width = width * MIN (ratio, 1);
  gdouble shown_height = height / MAX (ratio, 1);
  gdouble scale = MIN (1, self->max_size / MAX (shown_width, shown_height));

  if (self->short_side > 0)
    scale = MIN (scale, self->short_side / MIN (shown_width, shown_height));
  *fit_width = (guint) CLAMP (lrint (shown_width * scale), 1, self->max_size);
  *fit_height = (guint) CLAMP (lrint (shown_height * scale), 1, self->max_size);
}

static guint8 *
ensure_size (guint8 ** block, gsize * block_size, gsize size)
{
  if (size > *block_size) {
    g_free (*block);
    *block = g_try_malloc (size);
    *block_size = *block ? size : 0;
  }
  return *block;
}

static GBytes *
compress (ScoreJpeg * self, const ScorePlanes * planes, GError ** error)
{
  const guint8 *data[3] = { planes->y, planes->u, planes->v };
  const int strides[3] = { (int) planes->luma_stride,
    (int) planes->chroma_stride, (int) planes->chroma_stride
  };
  unsigned long size = tjBufSize ((int) planes->width, (int) planes->height,
      TJSAMP_420);

  if (self->compressor == NULL
      || !ensure_size (&self->packed, &self->packed_size, size)) {
    fail (error, "There is no memory for a JPEG");
    return NULL;
  }
  if (tjCompressFromYUVPlanes (self->compressor, data, (int) planes->width,
          strides, (int) planes->height, TJSAMP_420, &self->packed, &size,
          (int) self->quality, TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT) != 0) {
    g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
        "The frame cannot be encoded: %s.", tjGetErrorStr2 (self->compressor));
    return NULL;
  }
  return g_bytes_new (self->packed, size);
}

/* The size is that before the turn. */
static GBytes *
encode_picture (ScoreJpeg * self, const ScorePicture * picture,
    const ScoreColour * colour, guint * width, guint * height, GError ** error)
{
  const ScorePlanes *planes = score_shrinker_run (self->shrinker, picture,
      *width, *height, score_turn_from_orientation (self->orientation), colour);

  *width = planes->width;
  *height = planes->height;
  return compress (self, planes, error);
}

static GBytes *
encode_raw (ScoreJpeg * self, GstBuffer * buffer, guint * width,
    guint * height, GError ** error)
{
  ScorePicture picture;
  GBytes *bytes;

  if (!score_raw_map (self->raw, buffer, &picture, error))
    return NULL;
  fit (self, picture.width, picture.height, width, height);
  bytes = encode_picture (self, &picture, score_raw_get_colour (self->raw),
      width, height, error);
  score_raw_unmap (self->raw);
  return bytes;
}

/* A JPEG that is being decoded. */
typedef struct
{
  ScoreJpegHeader header;
  const guint8 *data;
  int subsampling, colourspace;
  int width, height;            /* scaled in the DCT */
  gdouble scale;
} Decoding;

static void
drop_decompressor (ScoreJpeg * self)
{
  if (self->decompressor)
    tjDestroy (self->decompressor);
  self->decompressor = NULL;
}

/* A handle that failed within a header goes on there with the next picture. */
static gboolean
fail_decoding (ScoreJpeg * self, GError ** error)
{
  g_set_error (error, GST_SCORE_ERROR, GST_SCORE_ERROR_ENCODE,
      "The JPEG cannot be decoded: %s.", tjGetErrorStr2 (self->decompressor));
  drop_decompressor (self);
  return FALSE;
}

/* Many cameras leave bytes between segments, which hurts nothing. Of other
 * damage, a part of the picture would be made up. */
static gboolean
is_decoded (ScoreJpeg * self, int result)
{
  return result == 0 || (tjGetErrorCode (self->decompressor) == TJERR_WARNING
      && strstr (tjGetErrorStr2 (self->decompressor), "extraneous bytes"));
}

/* A new handle takes the standard tables for those that are missing, a used
 * one those of an earlier picture. */
static gboolean
ensure_decompressor (ScoreJpeg * self, const ScoreJpegHeader * header,
    GError ** error)
{
  if (!header->has_tables)
    drop_decompressor (self);
  if (self->decompressor == NULL)
    self->decompressor = tjInitDecompress ();
  return self->decompressor != NULL
      || fail (error, "There is no memory to decode a JPEG");
}

static gboolean
read_header (ScoreJpeg * self, Decoding * decoding, GError ** error)
{
  int width = 0, height = 0;
  int result;

  if (!ensure_decompressor (self, &decoding->header, error))
    return FALSE;
  decoding->subsampling = decoding->colourspace = -1;
  result = tjDecompressHeader3 (self->decompressor, decoding->data,
      decoding->header.size, &width, &height, &decoding->subsampling,
      &decoding->colourspace);
  /* an unusual subsampling is an error there, but none to decode it to RGB */
  if (!is_decoded (self, result) && (decoding->colourspace < 0
          || decoding->subsampling >= 0))
    return fail_decoding (self, error);
  if (width != (int) decoding->header.width
      || height != (int) decoding->header.height)
    return fail (error, "The JPEG has more than one size");
  return TRUE;
}

/* The smallest that is not smaller than what is wanted, of those that
 * libjpeg-turbo has vector code for: 3/8 takes longer than 1/2, and 5/8 longer
 * than all of it. */
static void
choose_scale (Decoding * self, guint width, guint height)
{
  int n;
  const tjscalingfactor *factors = tjGetScalingFactors (&n);

  self->scale = 1;
  self->width = (int) self->header.width;
  self->height = (int) self->header.height;
  for (int i = 0; i < n; i++) {
    gdouble scale = (gdouble) factors[i].num / factors[i].denom;
    int scaled_width = TJSCALED ((int) self->header.width, factors[i]);
    int scaled_height = TJSCALED ((int) self->header.height, factors[i]);

    if (factors[i].num != 1 || scale >= self->scale
        || scaled_width < (int) width || scaled_height < (int) height)
      continue;
    self->scale = scale;
    self->width = scaled_width;
    self->height = scaled_height;
  }
}

static void
add_component (ScorePicture * picture, const guint8 * plane, guint stride,
    guint step, guint h_sub, guint v_sub)
{
  ScoreComponent *component = &picture->components[picture->n_components++];

  component->plane = plane;
  component->stride = stride;
  component->step = step;
  component->depth = 8;
  component->h_sub = h_sub;
  component->v_sub = v_sub;
}

static gboolean
decode_planes (ScoreJpeg * self, const Decoding * decoding,
    ScorePicture * picture, GError ** error)
{
  const int subsampling = decoding->subsampling;
  const guint n = subsampling == TJSAMP_GRAY ? 1 : 3;
  guint8 *planes[3] = { NULL };
  gsize size = 0;

  for (guint i = 0; i < n; i++)
    size += tjPlaneSizeYUV ((int) i, decoding->width, 0, decoding->height,
        subsampling);
  if (!ensure_size (&self->unpacked, &self->unpacked_size, size))
    return fail (error, "There is no memory to decode a JPEG");

  for (guint i = 0; i < n; i++) {
    guint stride = tjPlaneWidth ((int) i, decoding->width, subsampling);
    guint height = tjPlaneHeight ((int) i, decoding->height, subsampling);

    planes[i] = i == 0 ? self->unpacked : planes[i - 1] +
        tjPlaneSizeYUV ((int) i - 1, decoding->width, 0, decoding->height,
        subsampling);
    add_component (picture, planes[i], stride, 1,
        i == 0 ? 1 : (guint) tjMCUWidth[subsampling] / 8,
        i == 0 ? 1 : (guint) tjMCUHeight[subsampling] / 8);
    picture->components[i].width = stride;
    picture->components[i].height = height;
  }
  return is_decoded (self, tjDecompressToYUVPlanes (self->decompressor,
          decoding->data, decoding->header.size, planes, decoding->width, NULL,
          decoding->height, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS))
      || fail_decoding (self, error);
}

/* Adobe's programs, and those after them, store how much ink is missing. */
static void
make_rgb_from_cmyk (guint8 * pixels, gsize n, gboolean inverted)
{
  const guint8 flip = inverted ? 0 : 255;

  for (guint8 * pixel = pixels; n > 0; n--, pixel += 4)
    for (guint i = 0; i < 3; i++)
      pixel[i] = (guint8) ((((guint) pixel[i] ^ flip) *
              ((guint) pixel[3] ^ flip) + 127) / 255);
}

static gboolean
decode_pixels (ScoreJpeg * self, const Decoding * decoding,
    ScorePicture * picture, GError ** error)
{
  const gboolean cmyk = decoding->header.n_components == 4;
  const gsize n_pixels = (gsize) decoding->width * decoding->height;

  if (!ensure_size (&self->unpacked, &self->unpacked_size, 4 * n_pixels))
    return fail (error, "There is no memory to decode a JPEG");
  if (!is_decoded (self, tjDecompress2 (self->decompressor, decoding->data,
              decoding->header.size, self->unpacked, decoding->width,
              4 * decoding->width, decoding->height,
              cmyk ? TJPF_CMYK : TJPF_RGBX,
              TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)))
    return fail_decoding (self, error);
  if (cmyk)
    make_rgb_from_cmyk (self->unpacked, n_pixels, decoding->header.is_adobe);

  picture->rgb = TRUE;
  for (guint i = 0; i < 3; i++) {
    add_component (picture, self->unpacked, 4 * (guint) decoding->width, 4, 1,
        1);
    picture->components[i].offset = i;
    picture->components[i].width = (guint) decoding->width;
    picture->components[i].height = (guint) decoding->height;
  }
  return TRUE;
}

gboolean
score_jpeg_decode (ScoreJpeg * jpeg, GBytes * bytes, guint8 * pixels,
    GError ** error)
{
  Decoding decoding = { 0 };
  gsize size;

  g_return_val_if_fail (jpeg != NULL, FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  decoding.data = g_bytes_get_data (bytes, &size);
  if (!score_jpeg_header_parse (&decoding.header, decoding.data, size, error)
      || !read_header (jpeg, &decoding, error))
    return FALSE;
  if (decoding.header.n_components == 4)
    return fail (error, "The JPEG is of printing inks, not of light");
  return is_decoded (jpeg, tjDecompress2 (jpeg->decompressor, decoding.data,
          decoding.header.size, pixels, (int) decoding.header.width, 0,
          (int) decoding.header.height, TJPF_RGB,
          TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS))
      || fail_decoding (jpeg, error);
}

static GBytes *
encode_decoded (ScoreJpeg * self, Decoding * decoding, guint * width,
    guint * height, GError ** error)
{
  ScorePicture picture = { 0 };
  ScoreColour colour;
  gboolean decoded;

  fit (self, decoding->header.width, decoding->header.height, width, height);
  choose_scale (decoding, *width, *height);
  if (decoding->subsampling >= 0 && (decoding->colourspace == TJCS_YCbCr
          || decoding->colourspace == TJCS_GRAY))
    decoded = decode_planes (self, decoding, &picture, error);
  else
    decoded = decode_pixels (self, decoding, &picture, error);
  if (!decoded)
    return NULL;
  picture.width = decoding->header.width * decoding->scale;
  picture.height = decoding->header.height * decoding->scale;
  score_colour_init_jpeg (&colour, picture.rgb);
  return encode_picture (self, &picture, &colour, width, height, error);
}

static gboolean
can_pass (const ScoreJpeg * self, const Decoding * decoding)
{
  const ScoreTurn turn = score_turn_from_orientation (self->orientation);

  return decoding->header.is_common && decoding->header.has_tables
      && (decoding->colourspace == TJCS_YCbCr
      || decoding->colourspace == TJCS_GRAY)
      && self->par_n == self->par_d && !turn.flip_x && !turn.flip_y
      && !turn.transpose
      && MAX (decoding->header.width, decoding->header.height) <=
      self->max_size && (self->short_side == 0
      || MIN (decoding->header.width, decoding->header.height) <=
      self->short_side);
}

static GBytes *
encode_jpeg (ScoreJpeg * self, const guint8 * data, gsize size, guint * width,
    guint * height, GError ** error)
{
  Decoding decoding = {.data = data };

  if (!score_jpeg_header_parse (&decoding.header, data, size, error)
      || !read_header (self, &decoding, error))
    return NULL;
  if (!can_pass (self, &decoding))
    return encode_decoded (self, &decoding, width, height, error);
  *width = decoding.header.width;
  *height = decoding.header.height;
  return g_bytes_new (data, decoding.header.size);
}

static GBytes *
encode_packed (ScoreJpeg * self, GstBuffer * buffer, guint * width,
    guint * height, GError ** error)
{
  GstMapInfo map;
  GBytes *bytes;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    fail (error, "The buffer cannot be read");
    return NULL;
  }
  bytes = encode_jpeg (self, map.data, map.size, width, height, error);
  gst_buffer_unmap (buffer, &map);
  return bytes;
}

GBytes *
score_jpeg_encode (ScoreJpeg * jpeg, GstBuffer * buffer, guint * width,
    guint * height, GError ** error)
{
  guint w = 0, h = 0;
  GBytes *bytes;

  g_return_val_if_fail (jpeg != NULL, NULL);
  g_return_val_if_fail (GST_IS_BUFFER (buffer), NULL);

  if (!jpeg->has_caps) {
    fail (error, "A frame came before the caps that say what it is");
    return NULL;
  }
  if (jpeg->raw)
    bytes = encode_raw (jpeg, buffer, &w, &h, error);
  else
    bytes = encode_packed (jpeg, buffer, &w, &h, error);
  if (bytes && width)
    *width = w;
  if (bytes && height)
    *height = h;
  return bytes;
}
