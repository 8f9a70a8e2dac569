using System;
using System.Globalization;
using Fairlead.Http1;

namespace Fairlead.Http;

/// <summary>How many more proxies an OPTIONS or TRACE may pass (RFC 9110 §7.6.2). At 0 it is for whoever has it now.</summary>
public static class MaxForwards
{
    /// <summary>What the request says; null when it says nothing, says it twice, or not as a number, and for other methods, for which it means nothing.</summary>
    public static long? Of(MethodKind method, ReadOnlySpan<byte> head, ReadOnlySpan<HeaderField> fields)
    {
        if (method is not (MethodKind.Options or MethodKind.Trace))
            return null;
        long? said = null;
        foreach (ref readonly var field in fields)
        {
            if (field.Known != FieldName.MaxForwards)
                continue;
            if (said is not null || !long.TryParse(field.Value.Of(head), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return null;
            said = number;
        }

        return said;
    }
}
