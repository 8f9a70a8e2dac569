using System;
using System.Text;
using Fairlead.Http;
using Fairlead.Http1;
using Fairlead.Primitives;
using Fairlead.Properties.Http1;

namespace Fairlead.Properties.Fuzz;

/// <summary>The laws of head parsers, for one input.</summary>
internal static class HeadChecks
{
    /// <summary>Longer ones are read without a second opinion: the model's regular expressions take quadratic time.</summary>
    public const int ModelBytesMax = 1_024;

    private static readonly HeadLimits Tight = new(30, 70, 3);

    private delegate (T Head, ParseStatus Status, HeadFault Fault, int Length) Parser<T>(ReadOnlySpan<byte> input, int scanned);

    public static void Request(byte[] input, Dice dice)
    {
        var limits = dice.OneIn(4) ? Tight : HeadLimits.Request;
        var fields = new HeaderField[limits.FieldsMax];
        var head = Prefixes(input, dice, (bytes, scanned) =>
        {
            var read = RequestHeadParser.Parse(bytes, scanned, limits, fields);
            return (read, read.Status, read.Fault, read.Length);
        });
        if (head.Status == ParseStatus.Done)
        {
            Inside([head.Method, head.Target, head.Path, head.Query, head.Authority], head.Length);
            Fields(input, fields.AsSpan(0, head.FieldCount), head.Length);
            SentOn(input, head, fields.AsSpan(0, head.FieldCount), dice);
        }

        if (limits != Tight && input.Length <= ModelBytesMax && !IsLimit(head.Fault))
            Law.Agrees(HeadModel.Request(Latin(input)), Summary(input, head, fields), "a request is read as the model reads it");
    }

    public static void Response(byte[] input, Dice dice)
    {
        var limits = dice.OneIn(4) ? Tight : HeadLimits.Response;
        var method = dice.OneIn(4) ? MethodKind.Head : MethodKind.Get;
        var fields = new HeaderField[limits.FieldsMax];
        var head = Prefixes(input, dice, (bytes, scanned) =>
        {
            var read = ResponseHeadParser.Parse(bytes, scanned, limits, method, fields);
            return (read, read.Status, read.Fault, read.Length);
        });
        if (head.Status == ParseStatus.Done)
        {
            Inside([head.Reason], head.Length);
            Fields(input, fields.AsSpan(0, head.FieldCount), head.Length);
            SentOn(input, head, fields.AsSpan(0, head.FieldCount), method);
        }

        if (limits != Tight && input.Length <= ModelBytesMax && !IsLimit(head.Fault))
            Law.Agrees(HeadModel.Response(Latin(input), method), Summary(input, head, fields), "a response is read as the model reads it");
    }

    /// <summary>Reads it whole, in pieces, and with more behind it.</summary>
    private static T Prefixes<T>(byte[] input, Dice dice, Parser<T> parser)
        where T : struct, IEquatable<T>
    {
        var scanned = 0;
        for (var cut = NextCut(0, input.Length, dice); cut < input.Length; cut = NextCut(cut, input.Length, dice))
        {
            var (fresh, resumed) = (parser(input.AsSpan(0, cut), 0), parser(input.AsSpan(0, cut), scanned));
            Law.Agrees(fresh.Head, resumed.Head, "what was scanned before does not matter");
            scanned = cut;
            if (fresh.Status == ParseStatus.NeedMore)
                continue;
            Law.Agrees(fresh.Head, parser(input, 0).Head, "bytes after a verdict change nothing");
            break;
        }

        var whole = parser(input, 0);
        if (scanned > 0 && parser(input.AsSpan(0, scanned), 0).Status == ParseStatus.NeedMore)
            Law.Agrees(whole.Head, parser(input, scanned).Head, "what was scanned before does not matter at the end");
        Law.Holds(whole.Status is ParseStatus.NeedMore or ParseStatus.Done or ParseStatus.Invalid, "a verdict is one of three");
        Law.Holds(whole.Status == ParseStatus.Invalid == (whole.Fault != HeadFault.None), "a fault is said exactly when there is one");
        if (whole.Status == ParseStatus.NeedMore)
            return whole.Head;

        byte[] followed = [.. input, .. "\r\n0\r\n\r\nGET / HTTP/1.1\r\n"u8];
        Law.Agrees(whole.Head, parser(followed, 0).Head, "bytes after a verdict change nothing");
        if (whole.Status == ParseStatus.Done)
        {
            Law.Holds(whole.Length <= input.Length, "a head is no longer than the input");
            Law.Holds(parser(input.AsSpan(0, whole.Length - 1), 0).Status == ParseStatus.NeedMore, "a strict prefix of a head needs more");
            parser(input, 0);                                        // the fields are those of the whole again
        }

        return whole.Head;
    }

    /// <summary>Every byte of a short input, some of a long one.</summary>
    private static int NextCut(int at, int length, Dice dice) => at + 1 + (length < 24 ? 0 : dice.Below(1 + (length / 6)));

    private static void Inside(ReadOnlySpan<Slice> slices, int length)
    {
        foreach (var slice in slices)
            Law.Holds(slice.Start >= 0 && slice.Length >= 0 && slice.End <= length, "slices lie inside the head");
    }

    private static void Fields(ReadOnlySpan<byte> input, ReadOnlySpan<HeaderField> fields, int length)
    {
        foreach (ref readonly var field in fields)
        {
            Inside([field.Name, field.Value], length);
            Law.Holds(FieldNames.IsToken(field.Name.Of(input)) && FieldNames.IsValue(field.Value.Of(input)), "names are tokens, values have no control characters");
            Law.Holds(FieldNames.Recognise(field.Name.Of(input)) == field.Known, "a field is known by its name");
        }
    }

    /// <summary>As the relay sends it on: rules, strip, write. Whoever reads that, we or the model, sees the same message with the same framing.</summary>
    private static void SentOn(byte[] input, in RequestHead head, Span<HeaderField> fields, Dice dice)
    {
        var kept = fields.ToArray();
        if (head.Authority.IsEmpty || RequestRules.Check(head, isTls: dice.OneIn(2), null, input, kept) != HeadFault.None)
            return;
        var count = HopByHop.StripRequest(input, kept, out var fault);
        if (fault != HeadFault.None)
            return;
        count = ForwardedFields.Strip(input, kept.AsSpan(0, count), dice.OneIn(2));
        if (head.IsAbsoluteForm)
            count = WithoutHost(kept.AsSpan(0, count));

        var room = new byte[(2 * input.Length) + 256];               // an authority stands in the target and in Host
        var writer = new HeadWriter(room);
        writer.RequestLine(head.Method.Of(input), head.Target.Of(input));
        if (head.IsAbsoluteForm)
            writer.Field("Host"u8, head.Authority.Of(input));        // the target has the say (RFC 9112 §3.2.2)
        writer.Fields(input, kept.AsSpan(0, count));
        var framing = Persistence.ToUpstream(head);
        writer.Framing(framing);
        writer.End();
        Law.Holds(!writer.Overflowed, "a head written again has no more than its host twice");

        var written = room.AsSpan(0, writer.Written).ToArray();
        var again = new HeaderField[HeadLimits.Request.FieldsMax];
        var read = RequestHeadParser.Parse(written, 0, HeadLimits.Request, again);
        Law.Holds(read.Status == ParseStatus.Done && read.Length == written.Length, "a head sent on is one whole head");
        Law.Agrees((framing, HopOptions.None), (read.Body, read.Hop), "a head sent on has the framing it had, and no option of the hop");
        Law.Holds(SameBytes(input, head.Method, written, read.Method) && SameBytes(input, head.Target, written, read.Target), "a head sent on has method and target");
        Law.Holds(read.FieldCount == count + (framing.Kind == BodyKind.None ? 0 : 1) + (head.IsAbsoluteForm ? 1 : 0), "a head sent on has the fields that were kept, and one for framing");
        if (written.Length <= ModelBytesMax)
            Law.Agrees(HeadModel.Request(Latin(written)), Summary(written, read, again), "the model reads a head sent on as we do");
    }

    private static void SentOn(byte[] input, in ResponseHead head, Span<HeaderField> fields, MethodKind method)
    {
        var kept = fields.ToArray();
        var count = HopByHop.StripResponse(input, kept);
        var room = new byte[input.Length + 256];
        var writer = new HeadWriter(room);
        writer.StatusLine(head.StatusCode, head.Reason.Of(input));
        writer.Fields(input, kept.AsSpan(0, count));
        writer.Framing(head.Body);
        writer.End();
        Law.Holds(!writer.Overflowed, "a head written again is not much longer");

        var written = room.AsSpan(0, writer.Written).ToArray();
        var read = ResponseHeadParser.Parse(written, 0, HeadLimits.Response, method, new HeaderField[HeadLimits.Response.FieldsMax]);
        Law.Holds(read.Status == ParseStatus.Done && read.Length == written.Length && read.StatusCode == head.StatusCode, "a head sent on is one whole head");
        Law.Agrees((head.Body, HopOptions.None), (read.Body, read.Hop), "a head sent on has the framing it had, and no option of the hop");
    }

    private static int WithoutHost(Span<HeaderField> fields)
    {
        var kept = 0;
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.Host)
                fields[kept++] = field;
        }

        return kept;
    }

    private static bool SameBytes(byte[] one, Slice ofOne, byte[] other, Slice ofOther) => ofOne.Of(one).SequenceEqual(ofOther.Of(other));

    private static string? Summary(byte[] input, in RequestHead head, HeaderField[] fields) => head.Status switch
    {
        ParseStatus.NeedMore => null,
        ParseStatus.Invalid => "",
        _ => $"{Text(input, head.Method)} {Text(input, head.Target)} {Text(input, head.Authority)} {Text(input, head.Path)} {Text(input, head.Query)} "
            + $"{(head.IsHttpsTarget ? Text(input, head.Target).Substring("http".Length, 1) : "")}\n{head.Version == HttpVersion.Http10}\n{head.Body.Kind} {head.Body.Length}\n{head.Length}\n"
            + Lines(input, fields.AsSpan(0, head.FieldCount)),
    };

    private static string? Summary(byte[] input, in ResponseHead head, HeaderField[] fields) => head.Status switch
    {
        ParseStatus.NeedMore => null,
        ParseStatus.Invalid => "",
        _ => $"{head.StatusCode}\n{Text(input, head.Reason)}\n{head.Version == HttpVersion.Http10}\n{head.Body.Kind} {head.Body.Length}\n{head.Length}\n" + Lines(input, fields.AsSpan(0, head.FieldCount)),
    };

    private static string Lines(byte[] input, ReadOnlySpan<HeaderField> fields)
    {
        var text = new StringBuilder();
        foreach (ref readonly var field in fields)
            text.Append(text.Length > 0 ? "\n" : "").Append(Text(input, field.Name)).Append('=').Append(Text(input, field.Value));
        return text.ToString();
    }

    private static bool IsLimit(HeadFault fault) => fault is HeadFault.RequestLineTooLong or HeadFault.HeadTooLarge or HeadFault.TooManyFields or HeadFault.MethodTooLong;

    private static string Text(byte[] input, Slice slice) => Encoding.Latin1.GetString(slice.Of(input));

    private static string Latin(byte[] input) => Encoding.Latin1.GetString(input);
}
