using System;
using Fairlead.Balancing;
using Fairlead.Configuration;
using Fairlead.Console.Commands;
using LanguageExt;

namespace Fairlead.Console.Explaining;

/// <summary>The route that took a request, counted from 1.</summary>
internal sealed record TakenRoute(int Number, RouteSettings Settings);

/// <summary>
/// Everything that is told about one decision. <paramref name="InFlight"/> is by candidate; <paramref name="SetCookie"/> is what the response would carry, or empty.
/// </summary>
internal sealed record Decision(
    AskedRequest Request, Option<TakenRoute> Route, NamedUpstream Upstream, int[] InFlight, byte[] Key, Selection Selection, Explanation Explanation, string SetCookie)
{
    /// <summary>True when a candidate was chosen.</summary>
    public bool HasChosen => Explanation.Chosen != Picker.None;

    /// <summary>The address of a candidate, or "nobody".</summary>
    public string NameOf(int index) => index == Picker.None ? "nobody" : Upstream.Candidates[index].Address.ToString()!;

    /// <summary>The key as text, when it is text.</summary>
    public string? KeyText
    {
        get
        {
            var text = new char[Key.Length];
            if (System.Text.Unicode.Utf8.ToUtf16(Key, text, out _, out var written, replaceInvalidSequences: false) != System.Buffers.OperationStatus.Done)
                return null;
            foreach (var c in text.AsSpan(0, written))
            {
                if (char.IsControl(c))
                    return null;
            }

            return new string(text, 0, written);
        }
    }

    /// <summary>The key as people read it: in quotes, or in hexadecimal when it is no text.</summary>
    public string KeyShown => Upstream.Settings.Policy is not (PolicySettings.SourceIpHash or PolicySettings.NginxIpHash) && KeyText is { } text
        ? $"\"{text}\""
        : "0x" + Convert.ToHexStringLower(Key);
}
