using System;
using System.Collections.Generic;
using System.Text;
using System.Text.RegularExpressions;
using Fairlead.Http1;
using Fairlead.Properties.Http1;

namespace Fairlead.Properties.Fuzz;

/// <summary>The laws of what reads bodies, for one input.</summary>
internal static class BodyChecks
{
    private const int ModelBytesMax = 1_024;

    private static readonly ChunkedLimits Narrow = new(12, 16, 30, 2);
    private static readonly BodyFraming Chunked = new(BodyKind.Chunked, 0);

    private static readonly Regex Extensions =
        new("""\A(?:;[!#$%&'*+\-.^_`|~0-9A-Za-z]+(?:=(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+|"(?:[\t\x20!\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)*\z""");

    /// <summary>What reading came to.</summary>
    private readonly record struct Body(string Text, string Trailers, BodyEvent End, ChunkedFault Fault, int Left);

    public static void ChunkedBody(byte[] input, Dice dice)
    {
        var limits = dice.Below(4) switch { 0 => Narrow, 1 => ChunkedLimits.Response, _ => ChunkedLimits.Default };
        var whole = Read(Chunked, input, limits, dice, pieceMax: int.MaxValue);
        Law.Agrees(whole, Read(Chunked, input, limits, dice, pieceMax: 9), "any split gives the same bytes, trailers and fault");
        if (input.Length <= 200)
            Law.Agrees(whole, Read(Chunked, input, limits, dice, pieceMax: 1), "byte by byte gives the same bytes, trailers and fault");

        byte[] followed = [.. input, .. "0\r\n\r\n"u8];
        var more = Read(Chunked, followed, limits, dice, int.MaxValue);
        if (whole.End == BodyEvent.End)
            Law.Agrees(whole with { Left = whole.Left + 5 }, more, "bytes after the end belong to the next message");
        else if (whole.End == BodyEvent.Invalid)
            Law.Agrees(whole, more, "what is broken stays broken");

        if (whole.End == BodyEvent.End)
            WrittenAgain(whole, dice);
        if (limits == ChunkedLimits.Default && input.Length <= ModelBytesMax && whole.Fault is not (ChunkedFault.LineTooLong or ChunkedFault.ExtensionsTooLong or ChunkedFault.TrailersTooLarge))
        {
            var (text, trailers, end, left) = ChunkedModel.Read(Encoding.Latin1.GetString(input));
            Law.Agrees((text, trailers, end, end == BodyEvent.End ? left.Length : 0), (whole.Text, whole.Trailers, whole.End, whole.Left), "a body is read as the model reads it");
        }
    }

    /// <summary>One chunk behind whose size the input stands.</summary>
    public static void ChunkExtensions(byte[] input, Dice dice)
    {
        byte[] body = [.. "1"u8, .. input, .. "\r\nx\r\n0\r\n\r\n"u8];
        var read = Read(Chunked, body, ChunkedLimits.Default, dice, int.MaxValue);
        var isOneLine = input.AsSpan().IndexOfAny((byte)'\r', (byte)'\n') < 0 && input.Length < ChunkedLimits.Default.LineBytesMax - 1;
        if (isOneLine && (input.Length == 0 || input[0] == (byte)';'))
            Law.Agrees(Extensions.IsMatch(Encoding.Latin1.GetString(input)), read is { End: BodyEvent.End, Text: "x" }, "extensions are taken exactly when the grammar allows them");
    }

    public static void Trailers(byte[] input, Dice dice)
    {
        var fields = new HeaderField[1 + dice.Below(32)];
        var count = TrailerSection.ParseForResponse(input, fields, dice.OneIn(2) ? "a, x-sum"u8 : default);
        Law.Holds(count >= 0 && count <= fields.Length, "no more trailers than there is room for");
        var section = new StringBuilder();
        foreach (ref readonly var field in fields.AsSpan(0, count))
        {
            Law.Holds(field.Name.End <= input.Length && field.Value.End <= input.Length, "slices lie inside the section");
            Law.Holds(FieldNames.IsToken(field.Name.Of(input)) && FieldNames.IsValue(field.Value.Of(input)), "names are tokens, values have no control characters");
            Law.Holds(field.Known is FieldName.Other or FieldName.Date, "no trailer frames, routes or authenticates");
            section.Append(Encoding.Latin1.GetString(field.Name.Of(input))).Append(": ").Append(Encoding.Latin1.GetString(field.Value.Of(input))).Append("\r\n");
        }

        var written = Encoding.Latin1.GetBytes(section.ToString());
        Law.Agrees(count, TrailerSection.ParseForResponse(written, new HeaderField[32]), "what is passed on is passed on by the next as well");
    }

    /// <summary>A known length taken from the first byte, and none at all.</summary>
    public static void OtherBodies(byte[] input, Dice dice)
    {
        var length = dice.Below(input.Length + 4);
        var take = Math.Min(length, input.Length);
        var text = Encoding.Latin1.GetString(input);
        var isWhole = take == length;
        Law.Agrees(
            new Body(text[..take], "", isWhole ? BodyEvent.End : BodyEvent.NeedMore, ChunkedFault.None, isWhole ? input.Length - take : 0),
            Read(new BodyFraming(BodyKind.Length, length), input, ChunkedLimits.Default, dice, pieceMax: 7),
            "a known length takes that many bytes");
        Law.Agrees(text, Read(new BodyFraming(BodyKind.UntilClose, 0), input, ChunkedLimits.Default, dice, pieceMax: 7).Text, "until close takes everything");
        Law.Agrees(new Body("", "", BodyEvent.End, ChunkedFault.None, input.Length), Read(default, input, ChunkedLimits.Default, dice, pieceMax: 7), "no body takes nothing");
    }

    /// <summary>The same body in chunks of ours is one message for the model.</summary>
    private static void WrittenAgain(in Body body, Dice dice)
    {
        if (body.Text.Length > ModelBytesMax)
            return;
        var written = new List<byte>();
        var head = new byte[ChunkedWriter.HeadBytesMax];
        for (var at = 0; at < body.Text.Length;)
        {
            var length = Math.Min(body.Text.Length - at, 1 + dice.Below(20));
            written.AddRange(head.AsSpan(0, ChunkedWriter.WriteHead(head, length)));
            written.AddRange(Encoding.Latin1.GetBytes(body.Text.Substring(at, length)));
            written.AddRange(ChunkedWriter.Crlf);
            at += length;
        }

        written.AddRange(ChunkedWriter.LastChunk);
        Law.Agrees((body.Text, "", BodyEvent.End, ""), ChunkedModel.Read(Encoding.Latin1.GetString([.. written])), "a body sent on in chunks is the same body");
    }

    /// <summary>Reads as a connection would: pieces of up to <paramref name="pieceMax"/> bytes, and what a step leaves is there again for the next.</summary>
    private static Body Read(BodyFraming framing, byte[] bytes, in ChunkedLimits limits, Dice dice, int pieceMax)
    {
        var (body, trailers) = (new StringBuilder(), "");
        var state = BodyState.Of(framing);
        var (start, end) = (0, 0);
        while (true)
        {
            var input = bytes.AsSpan(start, end - start);
            var step = BodyReader.Step(state, input, limits);
            Law.Holds(step.Consumed >= 0 && step.Consumed <= input.Length, "no more is consumed than there is");
            Law.Holds(step.Data.Start >= 0 && step.Data.End <= step.Consumed, "data lies inside what was consumed");
            (state, start) = (step.Next, start + step.Consumed);
            if (step.Event == BodyEvent.Data)
                body.Append(Encoding.Latin1.GetString(step.Data.Of(input)));
            else if (step.Event == BodyEvent.Trailers)
                trailers += Encoding.Latin1.GetString(step.Data.Of(input));
            else if (step.Event != BodyEvent.NeedMore || end == bytes.Length)
                return new Body(body.ToString(), trailers, step.Event, step.Fault, step.Event == BodyEvent.End ? bytes.Length - start : 0);
            else
                end = (int)Math.Min(bytes.Length, end + (pieceMax == int.MaxValue ? bytes.Length : 1L + dice.Below(pieceMax)));
        }
    }
}
