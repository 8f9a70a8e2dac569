using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads one of a few words.</summary>
internal static class ChoiceReader
{
    /// <summary>The value whose word stands there.</summary>
    public static Reader<T> Of<T>(params (string Word, T Value)[] choices)
    {
        var words = toSeq(choices).Map(static c => c.Word).Strict();
        var wanted = "one of " + string.Join(", ", words);
        return node => ScalarReader.Text(node, wanted).Bind(text =>
        {
            foreach (var (word, value) in choices)
            {
                if (word == text)
                    return Good(value);
            }

            var hint = DidYouMean.Of(text, words).Match(Some: static near => $"; did you mean '{near}'?", None: static () => "");
            return Bad<T>(node, FaultCode.Choice, $"'{Shapes.Shortened(text)}' is not {wanted}{hint}");
        });
    }

    /// <summary><c>true</c> or <c>false</c>. Not <c>yes</c> and <c>on</c>: some YAML readers take them for texts, others for truth.</summary>
    public static Validation<ConfigFault, bool> Switch(ConfigNode node) => ScalarReader.Parsed(node, FaultCode.Switch, "true or false", static text => text switch
    {
        "true" => Some(true),
        "false" => Some(false),
        _ => Option<bool>.None,
    });
}
